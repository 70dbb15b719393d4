import { STATUS_NUMBER_KEYS } from '../nodes/Flux2/api/contract.ts';
import { parseJson } from '../nodes/Flux2/api/json.ts';

/** One value of a JSON that holds no further ones, and the last key of its path. */
export interface Field {
	/** Keys with dots between them; `[]` is any place of an array, `(JSON)` is JSON within a string. */
	path: string;
	key: string;
	value: unknown;
}

/** Keys whose very value matters to the node. */
export const READ_KEYS: ReadonlySet<string> = new Set([...STATUS_NUMBER_KEYS, 'code']);

/** Every field of a JSON, in order, down to a depth that somebody can read. */
export function fieldsOf(value: unknown, path = '', key = '', depth = 12): Field[] {
	const inner = typeof value === 'string' ? parseJson(value) : value;
	const isList = Array.isArray(inner);
	const entries = typeof inner === 'object' && inner !== null ? Object.entries(inner) : [];
	if (depth === 0 || entries.length === 0) return [{ path: path.replace(/^\./, ''), key, value }];
	const start = inner === value ? path : `${path}(JSON)`;
	return entries.flatMap(([name, entry]) =>
		fieldsOf(entry, `${start}${isList ? '[]' : `.${name}`}`, isList ? key : name, depth - 1),
	);
}

/** What can be compared of a JSON: its fields with their types, or the values that the node reads. */
export const shapeOf = (body: unknown): string[] =>
	fieldsOf(body).map(({ path, key, value }) => {
		const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
		const isEmpty = value === '' || /array|object/.test(type);
		if (READ_KEYS.has(key)) return `${path} = ${JSON.stringify(value)}`;
		return `${path || 'all'} (${isEmpty ? 'empty ' : ''}${type})`;
	});

/** The matching fields of some JSONs, each with all its values. */
export function valuesIn(bodies: unknown[], matches: (field: Field) => boolean): string {
	const found = new Map<string, Set<string>>();
	for (const { path, value } of bodies.flatMap((body) => fieldsOf(body)).filter(matches))
		found.set(path, (found.get(path) ?? new Set()).add(JSON.stringify(value)));
	const lines = [...found].map(([path, all]) => `\`${path}\` ${[...all].join(', then ')}`);
	return lines.join('; ') || 'nowhere';
}
