import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { DEFAULT_BASE_URL } from '../api/contract';
import { Flux2Failure } from '../api/failures';
import { isLoopback } from './reachability';

/** Any place in which n8n runs one of our nodes. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

export const CREDENTIAL = 'apiInOneApi';

export interface Account {
	apiKey: string;
	baseUrl: string;
	/** Credits of the price list within 24 hours; 0 for no limit. */
	dailyCreditLimit: number;
}

/**
 * The base URL as requests are built on it, without a slash at the end.
 *
 * @throws Flux2Failure `invalid-input` when the key would travel unencrypted.
 */
export function checkedBaseUrl(value: unknown): string {
	const text = String(value ?? '').trim() || DEFAULT_BASE_URL;
	const refuse = (problem: string): never => {
		throw new Flux2Failure({
			kind: 'invalid-input',
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

/** What copying from a web page may leave in a key: no one sees it, and no header may hold it. */
const INVISIBLE = /[\p{C}\p{Z}]/gu;

/**
 * The key as it is sent, without invisible characters. The credential's `authenticate` removes the
 * same.
 *
 * @throws Flux2Failure `invalid-input` for a key that is empty or cannot stand in a header.
 */
export function checkedApiKey(value: unknown): string {
	const apiKey = String(value ?? '').replace(INVISIBLE, '');
	const advice = 'Open the credential and paste the key from your API in One account.';
	if (apiKey === '')
		throw new Flux2Failure({
			kind: 'invalid-input',
			problem: 'The API in One credential has no API key',
			advice,
		});
	if (!/^[\x21-\x7e]+$/.test(apiKey))
		throw new Flux2Failure({
			kind: 'invalid-input',
			problem: 'The API key of the credential has characters that no key can have',
			advice,
		});
	return apiKey;
}

/**
 * Credits within 24 hours; 0 for no limit, also where the credential is older than the field.
 *
 * @throws Flux2Failure `invalid-input`: a limit that cannot be read must not pass for none.
 */
export function checkedCreditLimit(value: unknown): number {
	const limit = Number(value ?? 0);
	if (Number.isFinite(limit) && limit >= 0) return limit;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: 'The daily credit limit of the credential must be a number, 0 or more',
		advice: 'Open the API in One credential and correct "Daily Credit Limit". 0 means no limit.',
	});
}

/**
 * The account of the node's credential.
 *
 * @throws Flux2Failure `invalid-input` for a key or a base URL that cannot be used.
 */
export async function getAccount(ctx: NodeContext): Promise<Account> {
	const data: ICredentialDataDecryptedObject = await ctx.getCredentials(CREDENTIAL);
	return {
		apiKey: checkedApiKey(data.apiKey),
		baseUrl: checkedBaseUrl(data.baseUrl),
		dailyCreditLimit: checkedCreditLimit(data.dailyCreditLimit),
	};
}
