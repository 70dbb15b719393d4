import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { callbackToken, hasTokenOf, hashOfToken, taskIdsOf } from '../api/callback';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { isTerminal, type TerminalTask } from '../api/task';
import type { Client } from '../transport/client';
import { ConcurrencyLimit } from '../transport/concurrency';
import { createClient } from '../transport/createClient';
import { getAccount } from '../transport/credential';
import { errorMessage } from '../transport/errorMessages';

/** The sender gives up after 15 s [upstream], so a callback has to be answered well before. */
const POLL_TIMEOUT_MS = 8_000;

const MAX_CONCURRENT_POLLS = 10;

/** Answers a callback directly, without n8n. `status` tells the sender whether to try again. */
export function respond(ctx: IWebhookFunctions, status: number, why: string): IWebhookResponseData {
	ctx.getResponseObject().status(status).json({ status: why });
	return { noWebhookResponse: true };
}

/**
 * The response to a callback, whatever happens. An error must not reach n8n: it would start the
 * workflow with it, or end the waiting execution and with it the images.
 */
export async function alwaysRespond(
	ctx: IWebhookFunctions,
	handle: (ctx: IWebhookFunctions) => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	try {
		return await handle(ctx);
	} catch (error) {
		const why = error instanceof Flux2Failure ? errorMessage(error).message : String(error);
		ctx.logger.error(`A callback for the node "${ctx.getNode().name}" was not handled: ${why}`);
		if (ctx.getResponseObject().headersSent) return { noWebhookResponse: true };
		return respond(ctx, 503, 'this n8n cannot handle callbacks at the moment');
	}
}

/** An authenticated callback: the tasks it names, and a client to read the truth with. */
export interface VerifiedCallback {
	taskIds: string[];
	client: Client;
}

/**
 * Checks the token of a callback and reads which tasks it names. Nothing else of it is trusted: an
 * image only ever comes from the task, read with the user's own key.
 *
 * @param requireToken whether a callback without our token is refused.
 * @param tokenHash another token that counts, e.g. of a key that has been replaced since.
 * @returns undefined when the token is required and wrong.
 * @throws Flux2Failure `invalid-input` for a credential that cannot be used.
 */
export async function authenticateCallback(
	ctx: IWebhookFunctions,
	requireToken: boolean,
	tokenHash = '',
): Promise<VerifiedCallback | undefined> {
	const account = await getAccount(ctx);
	const query: unknown = ctx.getQueryData();
	const hashes = [hashOfToken(callbackToken(account.apiKey)), tokenHash];
	if (requireToken && !hashes.some((hash) => hasTokenOf(query, hash))) return undefined;
	return {
		taskIds: taskIdsOf(ctx.getBodyData(), query),
		client: createClient(ctx, account, new ConcurrencyLimit(MAX_CONCURRENT_POLLS)),
	};
}

/** Why a poll did not bring a task that is done. */
export type NotDone = 'not done' | 'unknown task' | 'no answer';

export type CallbackTask = TerminalTask | Flux2Failure | NotDone;

/** Polls once, quickly. A task that is done and shows no image is a failure of that task. */
export async function getCallbackTask(
	{ client }: VerifiedCallback,
	taskId: string,
): Promise<CallbackTask> {
	const polled = await outcomeOf(client.getTask(taskId, { patienceMs: POLL_TIMEOUT_MS }));
	if ('value' in polled) return isTerminal(polled.value) ? polled.value : 'not done';
	const { failure } = polled.failure;
	if (failure.kind === 'no-image') return polled.failure;
	return failure.kind === 'api-error' && failure.code === 404 ? 'unknown task' : 'no answer';
}
