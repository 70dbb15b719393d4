import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';
import { Client, type Send } from './client';
import { CREDENTIAL, type Account } from './credential';
import { Throttle, type Width } from './throttle';

/** Any place in which n8n runs one of our nodes. */
export type Host = IExecuteFunctions | IWebhookFunctions;

/** Shorter than any real key; as a pattern it would blank out ordinary words. */
const SHORTEST_KEY = 6;

/**
 * n8n adds the key. It is handed a caller without the execution's cancel signal, because it would
 * tear off a create that is under way, and the id of what was bought with it.
 */
function sender(host: Host): Send {
	const caller = {
		helpers: host.helpers,
		logger: host.logger,
		getNode: () => host.getNode(),
		getCredentials: async (type: string) => await host.getCredentials(type),
	} as unknown as IExecuteFunctions;
	return async (request: IHttpRequestOptions) =>
		(await host.helpers.httpRequestWithAuthentication.call(
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

/** A client for the account, keeping the pace of `width`'s lanes. */
export function connect(host: Host, account: Account, width: Width, signal?: AbortSignal): Client {
	const throttle = new Throttle(width, signal);
	return new Client(account.baseUrl, sender(host), throttle, redactor(account), signal);
}
