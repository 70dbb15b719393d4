import { FAILURE_TEXT_KEYS, ID_KEYS, SUCCESS_CODES } from './contract';

/** A JSON object of unknown content. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The part of an answer that tells of the task: `data` where it is an object, else the root. */
export function payloadOf(answer: unknown): Fields {
	if (!isFields(answer)) return {};
	return isFields(answer.data) ? answer.data : answer;
}

/** Every filled string or number among the id keys, best first. */
export function idsOf(fields: Fields): string[] {
	return ID_KEYS.flatMap((key) => {
		const value = fields[key];
		if (typeof value === 'string' && value.trim() !== '') return [value.trim()];
		return typeof value === 'number' && Number.isFinite(value) ? [String(value)] : [];
	});
}

/** The first filled string or number among the id keys. */
export const idOf = (fields: Fields): string | undefined => idsOf(fields)[0];

const filled = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** The text of a failure, whichever key is filled first. */
export function failureText(fields: Fields): string | undefined {
	const { error } = fields;
	if (isFields(error)) {
		const nested = filled(error.message) ?? failureText({ ...error, error: undefined });
		if (nested !== undefined) return nested;
	}
	const direct = filled(error);
	if (direct !== undefined) return direct;
	for (const key of FAILURE_TEXT_KEYS) {
		const text = filled(fields[key]);
		if (text !== undefined) return text;
	}
	return undefined;
}

const asCode = (value: unknown): number | undefined => {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : undefined;
};

/**
 * The error an answer tells of, or undefined. A 2xx answer tells of one too: by a `code` other than
 * 200 or 0, or by an `error` object.
 */
export function errorIn(
	status: number,
	answer: unknown,
): { code: number; text: string } | undefined {
	const fields = isFields(answer) ? answer : {};
	const nested = isFields(fields.error) ? fields.error : {};
	const bodyCode = asCode(nested.code) ?? asCode(fields.code);
	const text = failureText(fields) ?? (typeof answer === 'string' ? textOf(answer) : '');
	if (status < 200 || status > 299) return { code: status, text };
	if (bodyCode !== undefined && !SUCCESS_CODES.has(bodyCode)) return { code: bodyCode, text };
	if (isFields(fields.error) && Object.keys(fields.error).length > 0) return { code: 500, text };
	return undefined;
}

/** What a page or a text says, without its markup: the title of HTML, else the first text. */
export function textOf(answer: string): string {
	const start = answer.slice(0, 20_000);
	if (!/^\s*(<!doctype html|<html|<head|<body)/i.test(start)) return start.trim().slice(0, 200);
	const title = /<title[^>]{0,200}>([^<]{0,300})/i.exec(start)?.[1]?.replace(/\s+/g, ' ').trim();
	return title ? `a web page titled "${title}"` : 'a web page';
}

/** What was sent is known to the user and would crowd out what is not. */
const ECHOES: ReadonlySet<string> = new Set([
	'request',
	'request_body',
	'param',
	'input',
	'input_urls',
]);

function pruned(value: unknown, depth: number): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (depth === 0) return '…';
	if (Array.isArray(value)) return value.slice(0, 10).map((entry) => pruned(entry, depth - 1));
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => !ECHOES.has(key))
			.slice(0, 20)
			.map(([key, entry]) => [key, pruned(entry, depth - 1)]),
	);
}

/** An answer as a user may see it in an error: short, on one line, whatever came. */
export function shorten(answer: unknown): string {
	if (typeof answer === 'string') return textOf(answer) || 'an empty answer';
	const text = JSON.stringify(pruned(answer, 6)) ?? 'an empty answer';
	return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
