import type { Pause } from './retryAfter.mts';
import type { TroubleRow, Turns, Where, Words } from './troubles.mts';
import { TROUBLES } from './troubles.mts';

/** One trouble that a prompt asked for. */
export interface Trouble<W extends Where = Where> {
	where: W;
	words: Words<W>;
	takesTurns: boolean;
	/** The number in the words, where they have one. */
	number: number;
	/** How often it strikes. */
	times: number;
	pause?: Pause;
}

/** All troubles a prompt asks for, in its order. An unknown bracket is simply a part of the prompt. */
export function askedFor(prompt: string): Trouble[] {
	const found: Trouble[] = [];
	for (const [, where = '', words = ''] of prompt.matchAll(/\[\s*(\w+)\s*:([^[\]]*)\]/g)) {
		const trouble = read(where.toLowerCase(), words.toLowerCase().trim().replace(/\s+/g, ' '));
		if (trouble) found.push(trouble);
	}
	return found;
}

/** The trouble whose turn it is at this time (0 is the first). */
export function turnOf<W extends Where>(
	where: W,
	troubles: readonly Trouble[],
	time: number,
): (Trouble<W> & { words: Turns<W> }) | undefined {
	let before = 0;
	for (const one of troubles) {
		if (one.where !== where || !one.takesTurns) continue;
		before += one.times;
		if (time < before) return one as Trouble<W> & { words: Turns<W> };
	}
	return undefined;
}

/** The trouble with these words, if it was asked for. */
export function find<W extends Where>(
	where: W,
	words: Words<W>,
	troubles: readonly Trouble[],
): Trouble | undefined {
	return troubles.find((one) => one.where === where && one.words === words);
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const PATTERNS: ReadonlyArray<[TroubleRow, RegExp]> = TROUBLES.map((row) => {
	const pattern = row.words
		.replace('<status>', '(?<number>[45]\\d\\d)')
		.replace('<n>', `(?<number>\\d{1,4}|${NUMBERS.join('|')})`)
		.replace(/ s$/, ' ?(?:s|seconds?)')
		.replace(/images$/, 'images?');
	return [row, new RegExp(`^${pattern}$`)];
});

const PAUSE =
	/ retry (?:after (?<seconds>\d{1,4})(?: ?s)?|date(?: (?<date>\d{1,4}))?)(?= x ?\d| once|$)/;
const COUNT = / (?:x ?(?<times>\d{1,4})|once)$/;

function read(where: string, text: string): Trouble | undefined {
	const pause = PAUSE.exec(text);
	const unpaused = text.replace(PAUSE, '');
	const count = COUNT.exec(unpaused);
	const words = unpaused.replace(COUNT, '');
	for (const [row, pattern] of PATTERNS) {
		const match = row.where === where ? pattern.exec(words) : null;
		if (!match || (count && !row.takesTurns) || (pause && !row.pauses)) continue;
		const number = match.groups?.number ?? '';
		return {
			where: row.where,
			words: row.words as Words<Where>,
			takesTurns: row.takesTurns,
			number: NUMBERS.includes(number) ? NUMBERS.indexOf(number) : Number(number),
			times: count ? Number(count.groups?.times ?? 1) : Infinity,
			...(pause && { pause: pauseOf(pause.groups) }),
		};
	}
	return undefined;
}

const pauseOf = (groups: Record<string, string | undefined> = {}): Pause =>
	groups.seconds === undefined
		? { seconds: Number(groups.date ?? 2), as: 'date' }
		: { seconds: Number(groups.seconds), as: 'seconds' };
