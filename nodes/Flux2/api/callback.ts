import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parseJson } from './json';
import { isFields, payloadOf, rootOf } from './response';
import { idsOf } from './taskIds';

/** Query parameter of a callback URL that holds the token. */
export const TOKEN_PARAMETER = 'flux2_token';

/** More ids than any callback of one task needs; one with thousands is nonsense. */
const MAX_IDS = 20;

/** Longer than any callback the service family sends. */
const MAX_TEXT = 1_000_000;

/**
 * The token that tells our own callbacks from everybody else's. Derived from the key, so nobody has
 * to paste a secret, and it gives nothing away: a callback only says which task to read.
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

/** Of a root, its payload and the entries of its list, in this order. */
function idsIn(content: unknown): string[] {
	const root = rootOf(content);
	const payload = payloadOf(content);
	const data = typeof root.data === 'string' ? parseJson(root.data) : root.data;
	const entries: unknown[] = Array.isArray(data) ? data.slice(0, MAX_IDS) : [];
	const places = [root, payload, ...entries, ...entries.map((entry) => payloadOf(entry))];
	return places.filter(isFields).flatMap(idsOf);
}

/**
 * The ids that a callback names, under any id key: at its root, in its payload, in each entry of a
 * list, or in the query. Some may not be a task's, e.g. a song's: a 404 on one says nothing. Nothing
 * else of a callback is ever believed.
 */
export function taskIdsOf(body: unknown, query: unknown): string[] {
	const content = typeof body === 'string' ? parseJson(body.slice(0, MAX_TEXT)) : body;
	const ids = [...idsIn(content), ...idsIn(query)];
	return [...new Set(ids)].slice(0, MAX_IDS);
}
