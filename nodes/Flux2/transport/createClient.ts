import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { Client, type Send } from './client';
import type { AdaptiveConcurrency } from './rateLimiter';
import { CREDENTIAL, type Account, type NodeContext } from './credential';
import { RateLimiter } from './rateLimiter';
import { redactor } from './redact';

/**
 * Sends with the key, which n8n adds. n8n puts the execution's cancel signal on every such request in
 * place of ours, and would abort a create under way, with the ID of what it paid for. So it gets a
 * context whose cancel signal is the one of the request.
 */
function sender(ctx: NodeContext): Send {
	return async (request: IHttpRequestOptions) => {
		const caller = Object.create(ctx, {
			getExecutionCancelSignal: { value: () => request.abortSignal },
		});
		return (await ctx.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL,
			request,
		)) as IN8nHttpFullResponse;
	};
}

/** A client for the account, within the limits of `concurrency`. */
export function createClient(
	ctx: NodeContext,
	account: Account,
	concurrency: AdaptiveConcurrency,
	signal?: AbortSignal,
): Client {
	const rateLimiter = new RateLimiter(concurrency, signal);
	return new Client(account.baseUrl, sender(ctx), rateLimiter, redactor(account.apiKey), signal);
}
