import { isFields } from '../nodes/Flux2/api/response.ts';

/** One value of a JSON that holds no further ones. */
export interface Field {
	/** Keys with dots between them; `[]` is any place of a list, `(JSON)` JSON written as a text. */
	path: string;
	/** As a person would say it. */
	type: string;
	value: unknown;
}

/** Deeper than any answer that somebody can read. */
const MAX_DEPTH = 12;

/** Every field of a JSON, in order. */
export function fieldsOf(value: unknown, path = '', depth = MAX_DEPTH): Field[] {
	const within = (inner: unknown, next: string) => fieldsOf(inner, next, depth - 1);
	if (depth === 0) return [{ path, type: 'deeper than can be read', value }];
	if (Array.isArray(value))
		return value.length === 0
			? [{ path, type: 'empty list', value }]
			: value.flatMap((entry) => within(entry, `${path}[]`));
	if (isFields(value)) {
		const entries = Object.entries(value);
		if (entries.length === 0) return [{ path, type: 'empty object', value }];
		return entries.flatMap(([key, inner]) => within(inner, path === '' ? key : `${path}.${key}`));
	}
	if (typeof value === 'string') {
		const inner = jsonIn(value);
		if (inner !== undefined) return within(inner, `${path}(JSON)`);
	}
	return [{ path, type: typeOf(value), value }];
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	if (value === '') return 'empty text';
	return (
		{ string: 'text', number: 'number', boolean: 'true or false' }[typeof value as string] ??
		typeof value
	);
}

/** The list or object that a text holds. */
function jsonIn(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The last key of a path, without what says it is a list. */
export const keyOf = (path: string): string =>
	path.replaceAll('[]', '').replaceAll('(JSON)', '').split('.').at(-1) ?? '';
