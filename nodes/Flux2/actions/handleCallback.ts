import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { hasValidToken, taskIdsOf, callbackToken } from '../api/callback';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { isTerminal, type TerminalTask } from '../api/task';
import type { Client } from '../transport/client';
import { createClient } from '../transport/createClient';
import { getAccount } from '../transport/credential';
import { errorMessage } from '../transport/errorMessages';

/** The sender gives up after 15 s [upstream], so a ring has to be answered well before. */
const POLL_TIMEOUT_MS = 8_000;

/** Answers a ring by itself, without n8n. `status` tells the sender whether to try again. */
export function respond(ctx: IWebhookFunctions, status: number, why: string): IWebhookResponseData {
	ctx.getResponseObject().status(status).json({ status: why });
	return { noWebhookResponse: true };
}

/**
 * The answer to a ring, whatever happens. An error must not reach n8n: it would start the workflow
 * with it, or end the parked execution and with it the images.
 */
export async function alwaysRespond(
	ctx: IWebhookFunctions,
	answer: (ctx: IWebhookFunctions) => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	const [answered] = await Promise.allSettled([answer(ctx)]);
	if (answered.status === 'fulfilled') return answered.value;
	const reason: unknown = answered.reason;
	const why = reason instanceof Flux2Failure ? errorMessage(reason).message : String(reason);
	ctx.logger.error(`A callback for the node "${ctx.getNode().name}" was not handled: ${why}`);
	if (ctx.getResponseObject().headersSent) return { noWebhookResponse: true };
	return respond(ctx, 503, 'this n8n cannot handle callbacks at the moment');
}

/** A ring that was let in: the tasks it names, and a client to read the truth with. */
export interface VerifiedCallback {
	taskIds: string[];
	client: Client;
}

/**
 * What both doors do with a ring first: check its token, then see which tasks it names. Nothing else
 * of it is believed: an image only ever comes from the task, read with the user's own key.
 *
 * @returns undefined when the token is wanted and wrong.
 * @throws Flux2Failure `invalid-input` for a credential that cannot be used.
 */
export async function authenticateCallback(
	ctx: IWebhookFunctions,
	requireToken: boolean,
): Promise<VerifiedCallback | undefined> {
	const account = await getAccount(ctx);
	const query: unknown = ctx.getQueryData();
	if (requireToken && !hasValidToken(query, callbackToken(account.apiKey))) return undefined;
	return {
		taskIds: taskIdsOf(ctx.getBodyData(), query),
		client: createClient(ctx, account),
	};
}

/** Why a look at a ring's task did not bring a settled task. */
export type NotDone = 'not settled' | 'unknown task' | 'no answer';

export type CallbackTask = TerminalTask | Flux2Failure | NotDone;

/** Looks once, quickly. A task that is done and shows no image is a failure of that task. */
export async function getCallbackTask(
	{ client }: VerifiedCallback,
	taskId: string,
): Promise<CallbackTask> {
	const read = await outcomeOf(client.getTask(taskId, { patienceMs: POLL_TIMEOUT_MS }));
	if ('value' in read) return isTerminal(read.value) ? read.value : 'not settled';
	const { failure } = read.failure;
	if (failure.kind === 'no-image') return read.failure;
	return failure.kind === 'api-error' && failure.code === 404 ? 'unknown task' : 'no answer';
}
