import { STATUS_NUMBER_KEYS } from '../nodes/Flux2/api/contract.ts';
import { fieldsOf, keyOf, type Field } from './fields.mts';
import type { Answer, Recording } from './recording.mts';

/** How one answer differs from the sandbox's. */
export interface Difference {
	/** Which answer. */
	of: string;
	/** Fields that only the service has, and only the sandbox: path and type. */
	onlyHere: string[];
	onlySandbox: string[];
	/** Fields of both that are not of one type, and words that are not the same. */
	differs: string[];
}

/** Values that are read, so that it matters which word or number stands there. */
const READ_KEYS: ReadonlySet<string> = new Set([...STATUS_NUMBER_KEYS, 'code']);

type Part = Pick<Answer, 'body'> & { status?: number };

/** The answers of a recording that can be held against each other. */
function partsOf({ looks, callbacks, ...recording }: Recording): Map<string, Part> {
	const parts: Array<[string, Part | undefined]> = [
		['the answer to a wrong key', recording.wrongKey],
		['the answer about an unknown task', recording.unknownTask],
		['the answer to the order', recording.create],
		['the look at a new task', looks.length > 1 ? looks[0] : undefined],
		['the look that shows the image', looks.at(-1)],
		['the callback', callbacks?.at(-1)],
	];
	return new Map(parts.filter((part): part is [string, Part] => part[1] !== undefined));
}

/** Every answer that both have, with its differences; none where a list is empty. */
export function compare(service: Recording, sandbox: Recording): Difference[] {
	const theirs = partsOf(sandbox);
	return [...partsOf(service)].flatMap(([of, part]) => {
		const other = theirs.get(of);
		return other === undefined ? [] : [{ of, ...between(part, other) }];
	});
}

function between(part: Part, other: Part): Omit<Difference, 'of'> {
	const here = byPath(fieldsOf(part.body));
	const there = byPath(fieldsOf(other.body));
	const only = (these: Map<string, Field[]>, those: Map<string, Field[]>) =>
		[...these].flatMap(([path, fields]) =>
			those.has(path) ? [] : [`${path || 'the whole'} (${typesOf(fields)})`],
		);
	const differs = [...here].flatMap(([path, fields]) => {
		const others = there.get(path);
		return others === undefined ? [] : difference(path, fields, others);
	});
	return {
		onlyHere: only(here, there),
		onlySandbox: only(there, here),
		differs: [
			...(part.status === other.status
				? []
				: [`HTTP status ${part.status}, in the sandbox ${other.status}`]),
			...differs,
		],
	};
}

function difference(path: string, fields: Field[], others: Field[]): string[] {
	const [types, otherTypes] = [typesOf(fields), typesOf(others)];
	if (types !== otherTypes) return [`${path}: ${types}, in the sandbox ${otherTypes}`];
	const [value, otherValue] = [fields[0]?.value, others[0]?.value];
	return READ_KEYS.has(keyOf(path)) && value !== otherValue
		? [`${path}: ${JSON.stringify(value)}, in the sandbox ${JSON.stringify(otherValue)}`]
		: [];
}

function byPath(fields: Field[]): Map<string, Field[]> {
	const paths = new Map<string, Field[]>();
	for (const field of fields) paths.set(field.path, [...(paths.get(field.path) ?? []), field]);
	return paths;
}

const typesOf = (fields: Field[]): string =>
	[...new Set(fields.map(({ type }) => type))].sort().join(' or ');
