import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { idOf, isFields, payloadOf, type Fields } from './response';

/** Query parameter of a callback URL that holds the token. */
export const TOKEN_PARAMETER = 'flux2_token';

/** More ids than any callback of one task needs; a ring with thousands is nonsense. */
const MAX_IDS = 20;

/** Longer than any callback the service family sends. */
const MAX_TEXT = 1_000_000;

/**
 * The token that tells our own callbacks from everybody else's. Derived from the key, so nobody has
 * to paste a secret, and it gives nothing away: a ring only says which task to look at.
 */
export const callbackToken = (apiKey: string): string =>
	createHmac('sha256', apiKey).update('n8n-nodes-flux2 callback').digest('hex').slice(0, 40);

/** The callback URL with the token in it; whatever its query says already is kept. */
export function withToken(callbackUrl: string, token: string): string {
	const url = new URL(callbackUrl);
	url.searchParams.set(TOKEN_PARAMETER, token);
	return url.href;
}

/** What is kept of a token where the token itself must not be kept. */
export const hashOfToken = (token: string): string =>
	createHash('sha256').update(token).digest('hex');

/** Whether the query of a callback carries the token of this hash. Compared in constant time. */
export function hasTokenOf(query: unknown, hash: string): boolean {
	const given = isFields(query) ? query[TOKEN_PARAMETER] : undefined;
	if (typeof given !== 'string') return false;
	const [actual, expected] = [Buffer.from(hashOfToken(given)), Buffer.from(hash)];
	return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Whether the query of a callback carries the token. Compared in constant time. */
export const hasValidToken = (query: unknown, token: string): boolean =>
	hasTokenOf(query, hashOfToken(token));

function parsed(body: unknown): unknown {
	if (typeof body !== 'string' || body.length > MAX_TEXT) return body;
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

function idsIn(value: unknown): string[] {
	const entries: unknown[] = Array.isArray(value) ? value.slice(0, MAX_IDS) : [value];
	return entries.flatMap((entry) => {
		if (!isFields(entry)) return [];
		const payload: Fields = payloadOf(entry);
		return idOf(payload) ?? idOf(entry) ?? [];
	});
}

/**
 * The task ids that a callback names: in an object, in an array, wrapped in `data` or not, or in the
 * query. Nothing else of a callback is ever believed.
 */
export function taskIdsOf(body: unknown, query: unknown): string[] {
	const content = parsed(body);
	const wrapped = isFields(content) && Array.isArray(content.data) ? idsIn(content.data) : [];
	const ids = [...idsIn(content), ...wrapped, ...idsIn(query)];
	return [...new Set(ids)].filter((id) => id.length <= 200).slice(0, MAX_IDS);
}
