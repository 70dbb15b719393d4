import {
	AMBIGUOUS_STATUS_KEY,
	DONE_WORDS,
	FAILED_FLAGS,
	FAILED_WORDS,
	PENDING_WORDS,
	STATUS_KEYS,
	STATUS_NUMBER_KEYS,
	SUCCESS_FLAG_KEY,
} from './contract';
import type { Fields } from './response';

/** What a status word says. `unknown` is a word newer than this package. */
export type Meaning = 'done' | 'failed' | 'pending' | 'unknown';

/** Words that turn the one after them around, as in "no error". */
const NEGATION = /(un|no|not|non|without)$/;

/** Case, `_`, `-` and spaces make no difference. */
export function meaningOf(word: string): Meaning {
	const plain = word
		.slice(0, 100)
		.toLowerCase()
		.replace(/[\s_-]+/g, '');
	if (DONE_WORDS.has(plain)) return 'done';
	if (PENDING_WORDS.has(plain)) return 'pending';
	for (const failed of FAILED_WORDS)
		if (plain.endsWith(failed) && !NEGATION.test(plain.slice(0, -failed.length))) return 'failed';
	return 'unknown';
}

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);

/** The status word as it came, or '' where there is none: a number is not a word. */
export function wordIn(payload: Fields): string {
	for (const key of [...STATUS_KEYS, AMBIGUOUS_STATUS_KEY]) {
		const value = payload[key];
		const word = typeof value === 'string' ? value.trim().slice(0, 100) : '';
		if (word === '' || isNumber(word)) continue;
		if (key !== AMBIGUOUS_STATUS_KEY || meaningOf(word) !== 'unknown') return word;
	}
	return '';
}

/** Whether a number says that the task failed. No number says that it is done: sites differ. */
export const hasFailedNumber = (payload: Fields): boolean =>
	STATUS_NUMBER_KEYS.some((key) => {
		const value = payload[key];
		const number = typeof value === 'string' && isNumber(value.trim()) ? Number(value) : value;
		if (typeof number !== 'number') return false;
		return number < 0 || (key === SUCCESS_FLAG_KEY && FAILED_FLAGS.has(number));
	});
