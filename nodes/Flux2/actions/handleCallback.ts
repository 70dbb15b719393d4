import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { callbackToken, hasTokenOf, hashOfToken, taskIdsOf } from '../api/callback';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { isTerminal, type TerminalTask } from '../api/task';
import type { Client } from '../transport/client';
import { clock, pause } from '../transport/clock';
import { createClient } from '../transport/createClient';
import { getAccount } from '../transport/credential';
import { errorMessage } from '../transport/errorMessages';

/** The sender gives up after 15 s [upstream], so a callback has to be answered well before. */
const HANDLING_MS = 8_000;

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
		client: createClient(ctx, account),
	};
}

/** Why a poll did not bring a task that is done. */
export type NotDone = 'not done' | 'unknown task' | 'no answer';

export type CallbackTask = TerminalTask | Flux2Failure | NotDone;

/** The image of a task that is done may appear in its answer some seconds later. */
const NO_IMAGE_RETRIES_MS = [1_000, 2_000];

/**
 * Polls once, quickly; some times more where a task is done without an image. If it stays so, that is a
 * failure of the task.
 *
 * @param sent URLs of the request, which are never taken for its result.
 */
export async function getCallbackTask(
	{ client }: VerifiedCallback,
	taskId: string,
	sent: readonly string[] = [],
): Promise<CallbackTask> {
	const deadline = clock.now() + HANDLING_MS;
	for (const delay of [...NO_IMAGE_RETRIES_MS, undefined]) {
		const patienceMs = Math.max(1_000, deadline - clock.now());
		const polled = await outcomeOf(client.getTask(taskId, { patienceMs, sent }));
		if ('value' in polled) return isTerminal(polled.value) ? polled.value : 'not done';
		const { failure } = polled.failure;
		if (failure.kind !== 'no-image')
			return failure.kind === 'api-error' && failure.code === 404 ? 'unknown task' : 'no answer';
		if (delay === undefined) return polled.failure;
		await pause(delay);
	}
	return 'no answer';
}
