import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';
import { DEFAULT_BASE_URL } from '../api/contract';
import { Flux2Failure } from '../api/failures';
import { Client, type Send } from './client';
import { Throttle, type Width } from './throttle';

export const CREDENTIAL = 'apiInOneApi';

/** Any place in which n8n runs one of our nodes. */
export type Host = IExecuteFunctions | IWebhookFunctions;

export interface Account {
	apiKey: string;
	baseUrl: string;
}

/** Shorter than any real key; as a pattern it would blank out ordinary words. */
const SHORTEST_KEY = 6;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is on the machine n8n itself runs on. */
export const isLoopback = (url: string): boolean =>
	URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);

/** Whether the service, which is elsewhere, cannot reach an address that is only on this machine. */
export const isOutOfReach = (url: string, baseUrl: string): boolean =>
	isLoopback(url) && !isLoopback(baseUrl);

/**
 * The base URL as requests are built on it, without a slash at the end.
 *
 * @throws Flux2Failure `invalid` when the key would travel unencrypted.
 */
export function checkedBaseUrl(value: unknown): string {
	const text = String(value ?? '').trim() || DEFAULT_BASE_URL;
	const refuse = (problem: string): never => {
		throw new Flux2Failure({
			kind: 'invalid',
			problem,
			advice: `Open the API in One credential and set the base URL to ${DEFAULT_BASE_URL}.`,
		});
	};
	if (!URL.canParse(text)) return refuse('The base URL of the credential is not a web address');
	const url = new URL(text);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(text)))
		return refuse(
			'The base URL of the credential must start with https://, to protect your API key',
		);
	if (url.username !== '' || url.search !== '' || url.hash !== '')
		return refuse('The base URL of the credential may only be an address and a path');
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function readAccount(data: ICredentialDataDecryptedObject): Account {
	const apiKey = String(data.apiKey ?? '').trim();
	if (apiKey === '')
		throw new Flux2Failure({
			kind: 'invalid',
			problem: 'The API in One credential has no API key',
			advice: 'Open the credential and paste the key from your API in One account.',
		});
	return { apiKey, baseUrl: checkedBaseUrl(data.baseUrl) };
}

/** The account of the node's credential. */
export async function accountOf(host: Host): Promise<Account> {
	return readAccount(await host.getCredentials(CREDENTIAL));
}

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
