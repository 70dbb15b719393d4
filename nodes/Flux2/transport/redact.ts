import type { Fields } from '../api/response';

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/**
 * Takes the key out of every text of an answer, in place, however deep. It has to be done before
 * anything is read of the answer: once a text was cut to a readable length, half a key may stand at
 * its end, and that is not found any more.
 */
export function redacted(answer: unknown, redact: (text: string) => string): unknown {
	if (typeof answer === 'string') return redact(answer);
	// Not by recursion: an answer may be nested deeper than the stack.
	const open: unknown[] = [answer];
	while (open.length > 0) {
		const at = open.pop();
		if (!isObject(at)) continue;
		for (const [name, value] of Object.entries(at)) {
			const clean = redact(name);
			if (clean !== name) delete at[name];
			if (typeof value === 'string') at[clean] = redact(value);
			else if (clean !== name) at[clean] = value;
			open.push(value);
		}
	}
	return answer;
}

/** Shorter than any real key; as a pattern it would blank out ordinary words. */
const SHORTEST_KEY = 6;

/** Takes the key out of a text. */
export const redactor =
	(apiKey: string) =>
	(text: string): string =>
		apiKey.length < SHORTEST_KEY ? text : text.replaceAll(apiKey, '•••');
