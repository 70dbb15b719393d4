import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { bearsToken, taskIdsOf, tokenOf } from '../api/callback';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { isSettled, type Settled } from '../api/task';
import type { Client } from '../transport/client';
import { connect } from '../transport/connect';
import { accountOf } from '../transport/credential';
import { sentencesOf } from '../transport/sentences';
import { Lanes } from './lanes';

/** The sender gives up after 15 s [upstream], so a ring has to be answered well before. */
const RING_LOOK_MS = 8_000;

const RING_LANES = 10;

/** Answers a ring by itself, without n8n. `status` tells the sender whether to try again. */
export function respond(
	host: IWebhookFunctions,
	status: number,
	why: string,
): IWebhookResponseData {
	host.getResponseObject().status(status).json({ status: why });
	return { noWebhookResponse: true };
}

/**
 * The answer to a ring, whatever happens. An error must not reach n8n: it would start the workflow
 * with it, or end the parked execution and with it the images.
 */
export async function answerAlways(
	host: IWebhookFunctions,
	answer: (host: IWebhookFunctions) => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	const [answered] = await Promise.allSettled([answer(host)]);
	if (answered.status === 'fulfilled') return answered.value;
	const reason: unknown = answered.reason;
	const why = reason instanceof Flux2Failure ? sentencesOf(reason).message : String(reason);
	host.logger.error(`A callback for the node "${host.getNode().name}" was not handled: ${why}`);
	if (host.getResponseObject().headersSent) return { noWebhookResponse: true };
	return respond(host, 503, 'this n8n cannot handle callbacks at the moment');
}

/** A ring that was let in: the tasks it names, and a client to read the truth with. */
export interface Ring {
	taskIds: string[];
	client: Client;
}

/**
 * What both doors do with a ring first: check its token, then see which tasks it names. Nothing else
 * of it is believed: an image only ever comes from the task, read with the user's own key.
 *
 * @returns undefined when the token is wanted and wrong.
 * @throws Flux2Failure `invalid` for a credential that cannot be used.
 */
export async function letIn(
	host: IWebhookFunctions,
	requireToken: boolean,
): Promise<Ring | undefined> {
	const account = await accountOf(host);
	const query: unknown = host.getQueryData();
	if (requireToken && !bearsToken(query, tokenOf(account.apiKey))) return undefined;
	return {
		taskIds: taskIdsOf(host.getBodyData(), query),
		client: connect(host, account, new Lanes(RING_LANES)),
	};
}

/** Why a look at a ring's task did not bring a settled task. */
export type Unsettled = 'not settled' | 'unknown task' | 'no answer';

export type Seen = Settled | Flux2Failure | Unsettled;

/** Looks once, quickly. A task that is done and shows no image is a failure of that task. */
export async function seeTask({ client }: Ring, taskId: string): Promise<Seen> {
	const read = await outcomeOf(client.read(taskId, { patienceMs: RING_LOOK_MS }));
	if ('value' in read) return isSettled(read.value) ? read.value : 'not settled';
	const { failure } = read.failure;
	if (failure.kind === 'no-image') return read.failure;
	return failure.kind === 'refused' && failure.code === 404 ? 'unknown task' : 'no answer';
}
