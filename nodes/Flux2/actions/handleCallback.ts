import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { callbackToken, hasTokenOf, hashOfToken, taskIdsOf } from '../api/callback';
import { Flux2Failure } from '../api/failures';
import type { Client } from '../transport/client';
import { createClient } from '../transport/createClient';
import { getAccount } from '../transport/credential';
import { errorMessage } from '../transport/errorMessages';

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
