import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { accountState } from './account';
import { Client } from './client';
import { CREDENTIAL, type Account, type NodeContext } from './credential';
import type { Send } from './exchange';
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

/** A client for the account, with the rate limiter and the spending that all executions share. */
export function createClient(ctx: NodeContext, account: Account, signal?: AbortSignal): Client {
	const { limiter, spending } = accountState(account);
	return new Client(
		account.baseUrl,
		sender(ctx),
		limiter.forRun(signal),
		redactor(account.apiKey),
		signal,
		(taskId) => spending.taskFailed(taskId),
	);
}
