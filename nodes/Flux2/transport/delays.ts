/**
 * How long to wait: pure functions of time. All times are milliseconds; `random` is in [0, 1).
 */

/** Images take 3 to 8 seconds [own, advertised], so an earlier look would be wasted. */
const READY_MS = { soonest: 3_000, latest: 8_000 };

/** When the first look is made, by chance: spread widely, so that lanes never beat together. */
const FIRST_LOOK_MS = { from: 3_200, to: 4_000 };

/** Gaps only ever get shorter by chance, so that the promised delay holds. */
const JITTER = 0.12;

const shortened = (ms: number, random: number): number => Math.round(ms * (1 - JITTER * random));

/** Even a task that takes an hour is looked at this often. */
const LONGEST_GAP_MS = 15_000;

/** How long to wait before the first look at a task that is `ageMs` old: none for an old one. */
export function firstPollDelay(ageMs: number, random: number): number {
	const { from, to } = FIRST_LOOK_MS;
	return ageMs < from ? Math.round(from - ageMs + (to - from) * random) : 0;
}

/**
 * How long to wait before the next look at a task that is `ageMs` old. A finished image is noticed
 * at most 1 s or 15 % of its own time late, whichever is greater. Towards the advertised end looks
 * come closer: each moment is likelier to bring the image, and the last images decide when a run ends.
 */
export function nextPollDelay(ageMs: number, random: number): number {
	if (ageMs < READY_MS.latest) {
		const sinceSoonest = Math.max(0, ageMs - READY_MS.soonest);
		return shortened(1_000 - 0.08 * sinceSoonest, random);
	}
	return shortened(Math.min(LONGEST_GAP_MS, ageMs * 0.15), random);
}

/** How long to wait after the `failures`-th failure in a row (from 0): 1 s doubling up to 30 s. */
export function backOff(failures: number, random: number): number {
	const full = Math.min(30_000, 1_000 * 2 ** Math.min(failures, 10));
	return Math.round(full * (0.5 + 0.5 * random));
}

/**
 * `Retry-After` in either of its HTTP forms, seconds or a date, as milliseconds from `now`.
 * Undefined where there is none or it cannot be read.
 */
export function parseRetryAfter(header: unknown, now: number): number | undefined {
	const value: unknown = Array.isArray(header) ? header[0] : header;
	if (typeof value === 'number') return value >= 0 ? value * 1_000 : undefined;
	if (typeof value !== 'string' || value.trim() === '') return undefined;
	if (/^\s*\d{1,9}(\.\d+)?\s*$/.test(value)) return Number(value) * 1_000;
	const date = Date.parse(value);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
