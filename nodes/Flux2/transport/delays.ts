/**
 * How long to wait: pure functions of time. All times are milliseconds; `random` is in [0, 1).
 */

/** Images take 3 to 8 seconds [own, advertised], so an earlier poll would be wasted. */
const READY_MS = { soonest: 3_000, latest: 8_000 };

/** When the first poll is made, at random: spread widely, so that items never poll in step. */
const FIRST_POLL_MS = { from: 3_200, to: 4_000 };

/** Gaps only ever get shorter by chance, so that the promised delay holds. */
const JITTER = 0.12;

const shortened = (ms: number, random: number): number => Math.round(ms * (1 - JITTER * random));

/** Even a task that takes an hour is polled this often. */
const LONGEST_GAP_MS = 15_000;

/** How long to wait before the first poll of a task that is `ageMs` old: none for an old one. */
export function firstPollDelay(ageMs: number, random: number): number {
	const { from, to } = FIRST_POLL_MS;
	return ageMs < from ? Math.round(from - ageMs + (to - from) * random) : 0;
}

/**
 * How long to wait before the next poll of a task that is `ageMs` old. A finished image is noticed
 * at most 1 s or 15 % of its own time late, whichever is greater. Towards the advertised end polls
 * come closer: each moment is likelier to bring the image, and the last images decide when a run ends.
 */
export function nextPollDelay(ageMs: number, random: number): number {
	if (ageMs < READY_MS.latest) {
		const sinceSoonest = Math.max(0, ageMs - READY_MS.soonest);
		return shortened(1_000 - 0.08 * sinceSoonest, random);
	}
	return shortened(Math.min(LONGEST_GAP_MS, ageMs * 0.15), random);
}

/** From so many durations on, polls are placed by them. */
const ENOUGH_KNOWN = 8;

/** So many of them are done at most before the first of the polls that are placed so. */
const PART_BEFORE_FIRST = 0.07;

/** And so many between two polls, which are never nearer or wider apart than this. */
const PART_BETWEEN = 0.22;
const NEAREST_MS = 450;
const WIDEST = { ofAge: 0.045, atLeastMs: 850 };

/** The duration that this part (0 to 1) of the known ones, in ascending order, does not exceed. */
export function quantile(known: readonly number[], part: number): number {
	const at = part * (known.length - 1);
	const [low = 0, high = low] = [known[Math.floor(at)], known[Math.ceil(at)]];
	return low + (high - low) * (at - Math.floor(at));
}

/**
 * How long to wait before the next poll of a task that is `ageMs` old. `known` tells how long the
 * last ones took, in ascending order. Where that is too little to go by, it is as `firstPollDelay`
 * and `nextPollDelay` say. Else polls begin when the first images may be ready, come closest when
 * most of them are, and ever wider apart after that. Every other task is polled at half that time
 * too, in case the service has become quicker.
 */
export function pollDelay(
	ageMs: number,
	known: readonly number[],
	random: number,
	isFirst = false,
): number {
	if (known.length < ENOUGH_KNOWN)
		return isFirst ? firstPollDelay(ageMs, random) : nextPollDelay(ageMs, random);
	const median = quantile(known, 0.5);
	const half = median / 2;
	if (half > FIRST_POLL_MS.to && ageMs < 0.8 * half && random < 0.5)
		return Math.round(half * (0.9 + 0.4 * random) - ageMs);
	const first = quantile(known, PART_BEFORE_FIRST * (0.5 + random));
	if (ageMs < first || isFirst)
		return Math.round(Math.max(isFirst ? 0 : NEAREST_MS, first - ageMs));
	const widest = shortened(Math.max(WIDEST.atLeastMs, WIDEST.ofAge * ageMs), random);
	const part = known.filter((duration) => duration <= ageMs).length / known.length;
	const next = part + PART_BETWEEN * (0.5 + random);
	const gap =
		next > 1
			? Math.max(widest, (ageMs - median) / 3)
			: Math.min(widest, quantile(known, next) - ageMs);
	return Math.round(Math.min(nextPollDelay(ageMs, random), Math.max(NEAREST_MS, gap)));
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
