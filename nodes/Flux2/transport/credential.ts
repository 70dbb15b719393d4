import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { DEFAULT_BASE_URL } from '../api/contract';
import { Flux2Failure } from '../api/failures';
import type { NodeContext } from './createClient';
import { isLoopback } from './reachability';

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

function readAccount(data: ICredentialDataDecryptedObject): Account {
	const apiKey = String(data.apiKey ?? '').trim();
	if (apiKey === '')
		throw new Flux2Failure({
			kind: 'invalid-input',
			problem: 'The API in One credential has no API key',
			advice: 'Open the credential and paste the key from your API in One account.',
		});
	return {
		apiKey,
		baseUrl: checkedBaseUrl(data.baseUrl),
		dailyCreditLimit: checkedCreditLimit(data.dailyCreditLimit),
	};
}

/** The account of the node's credential. */
export async function getAccount(ctx: NodeContext): Promise<Account> {
	return readAccount(await ctx.getCredentials(CREDENTIAL));
}
