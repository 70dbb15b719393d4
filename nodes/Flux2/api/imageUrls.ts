import { RESULT_KEYS, speaksOfRequest } from './contract';
import { parseJson } from './json';
import { isFields, type Fields } from './response';

/** Deeper than any documented answer, shallow enough that nonsense cannot exhaust the stack. */
const MAX_DEPTH = 10;

/** Longer than any JSON that a site of the service's family writes into a string. */
const MAX_NESTED_JSON = 1_000_000;

/** More than any answer names by keys that nobody has heard of. */
const MAX_UNKNOWN = 10;

/** An image URL, and the keys under which it stood, as in `data.files[0].link`. */
export interface FoundUrl {
	url: string;
	key: string;
}

const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** Which keys of an object are walked, in which order. */
type KeysOf = (fields: Fields) => readonly string[];

const resultKeys: KeysOf = () => RESULT_KEYS;
const allKeys: KeysOf = Object.keys;
const keysNotSent: KeysOf = (fields) => Object.keys(fields).filter((key) => !speaksOfRequest(key));

/** Every http(s) URL below a value, as deep as `depth`. JSON within a string counts as what it holds. */
function* urlsUnder(
	value: unknown,
	keysOf: KeysOf,
	key = '',
	depth = MAX_DEPTH,
): Generator<FoundUrl> {
	if (typeof value === 'string') {
		const url = value.trim();
		if (isWebAddress(url)) yield { url, key };
		else if (depth > 0 && value.length <= MAX_NESTED_JSON) {
			const inner = parseJson(value);
			if (typeof inner === 'object') yield* urlsUnder(inner, keysOf, key, depth - 1);
		}
	} else if (depth > 0 && Array.isArray(value)) {
		for (const [index, entry] of value.entries())
			yield* urlsUnder(entry, keysOf, `${key}[${index}]`, depth - 1);
	} else if (depth > 0 && isFields(value)) {
		for (const name of keysOf(value))
			yield* urlsUnder(value[name], keysOf, key === '' ? name : `${key}.${name}`, depth - 1);
	}
}

/** The same address may come back written another way, e.g. with a space encoded. */
function normalized(url: string): string {
	const { href, hash } = new URL(url);
	return href.slice(0, href.length - hash.length);
}

/** Every URL of a request: its reference images and its callback. None of them is ever a result. */
export const urlsIn = (request: object): string[] =>
	[...urlsUnder(request, allKeys)].map(({ url }) => url);

function without(sent: readonly string[]): (found: FoundUrl) => boolean {
	const known = new Set(sent.filter(isWebAddress).map(normalized));
	return ({ url }) => known.size === 0 || !known.has(normalized(url));
}

/**
 * Image URLs under the result keys of a task's payload, in order, without repeats. Only result keys
 * are walked, so that nothing that was sent can be taken for a result.
 */
export function imageUrlsOf(payload: Fields, sent: readonly string[] = []): string[] {
	const found = [...urlsUnder(payload, resultKeys)].filter(without(sent));
	return [...new Set(found.map(({ url }) => url))];
}

/**
 * URLs that stand anywhere else, for a task that is done and shows none under a result key: those that
 * were not sent, under no key that speaks of the request. Each has yet to prove to be an image.
 */
export function urlsElsewhere(answer: Fields, sent: readonly string[], key = ''): FoundUrl[] {
	const isResult = without(sent);
	const found = new Map<string, FoundUrl>();
	for (const one of urlsUnder(answer, keysNotSent, key)) {
		if (isResult(one) && !found.has(one.url)) found.set(one.url, one);
		if (found.size === MAX_UNKNOWN) break;
	}
	return [...found.values()];
}
