import { ID_KEYS, MAX_TASK_ID_LENGTH, TASK_ID_KEYS } from './contract';
import type { Fields } from './response';

/**
 * Whether a text can be asked for as a task. Its form is never checked, but a dot or two would lead
 * to another path, and half a character cannot be sent.
 */
export const isTaskId = (text: string): boolean =>
	text.trim() !== '' &&
	text.length <= MAX_TASK_ID_LENGTH &&
	!/^\s*\.{1,2}\s*$/.test(text) &&
	!/\p{Surrogate}/u.test(text);

/** Under a key: a string, or a number with all its digits. */
function idUnder(fields: Fields, key: string): string[] {
	const value = fields[key];
	const text = Number.isSafeInteger(value) ? String(value) : value;
	return typeof text === 'string' && isTaskId(text) ? [text.trim()] : [];
}

/** The ids that can be nothing but a task's. */
export const taskIdsUnder = (fields: Fields): string[] =>
	TASK_ID_KEYS.flatMap((key) => idUnder(fields, key));

/** Everything under an id key, best first. A number under `id` may be a row's, so it comes last. */
export function idsOf(fields: Fields): string[] {
	const keys = typeof fields.id === 'number' ? [...TASK_ID_KEYS, 'id'] : ID_KEYS;
	return keys.flatMap((key) => idUnder(fields, key));
}

/** The best of them. */
export const idOf = (fields: Fields): string | undefined => idsOf(fields)[0];
