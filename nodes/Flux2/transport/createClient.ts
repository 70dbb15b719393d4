import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';
import { accountState } from './account';
import { Client, type Send } from './client';
import { CREDENTIAL, type Account } from './credential';

/** Any place in which n8n runs one of our nodes. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** Shorter than any real key; as a pattern it would blank out ordinary words. */
const SHORTEST_KEY = 6;

/**
 * n8n adds the key. It is handed a caller without the execution's cancel signal, because it would
 * tear off a create that is under way, and the id of what was bought with it.
 */
function sender(ctx: NodeContext): Send {
	const caller = {
		helpers: ctx.helpers,
		logger: ctx.logger,
		getNode: () => ctx.getNode(),
		getCredentials: async (type: string) => await ctx.getCredentials(type),
	} as unknown as IExecuteFunctions;
	return async (request: IHttpRequestOptions) =>
		(await ctx.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL,
			request,
		)) as IN8nHttpFullResponse;
}

/** Takes the key out of a text. */
export const redactor =
	({ apiKey }: Account) =>
	(text: string): string =>
		apiKey.length < SHORTEST_KEY ? text : text.replaceAll(apiKey, '•••');

/** A client for the account, with the rate limiter that all its executions share. */
export function createClient(ctx: NodeContext, account: Account, signal?: AbortSignal): Client {
	const limiter = accountState(account).limiter.forRun(signal);
	return new Client(account.baseUrl, sender(ctx), limiter, redactor(account), signal);
}
