import type { Round } from './createRound';
import type { LearnedLimit } from './learnedLimit';

/** In the first interval after a rest, and in the one after a round that began early. */
const EARLY_CREATES = { rest: 8, early: 2 };

/** A higher limit is looked for at most once in so many creates. */
const CREATES_BETWEEN = { least: 4, most: 40 };

/** An interval as short as this is rather made shorter than filled with more creates. */
const SHORT_INTERVAL_MS = 1_500;

/**
 * Creates that go out before the interval is over, for what they may teach: spread over the first
 * interval after a rest, because the service's own windows may begin in it (`early`); and right
 * after a round, because the service may accept more than is known (`more`).
 */
export class ExtraCreates {
	private earlyLeft = 0;
	private earlyAt = 0;
	private earlyGap = 0;
	private usedUpAt = 0;
	private sinceMore = 0;

	/** When the next early one may go; Infinity for none. */
	get nextEarlyAt(): number {
		return this.earlyLeft > 0 ? this.earlyAt : Infinity;
	}

	sent(reason: string): void {
		this.sinceMore = reason === 'more' ? 0 : this.sinceMore + 1;
		if (reason === 'early') this.earlyLeft -= 1;
		if (reason === 'probe') this.earlyLeft = 0;
	}

	roundUsedUp({ kind }: Round, learned: LearnedLimit, now: number): void {
		const { refill, interval } = learned;
		this.usedUpAt = now;
		const isWorthIt = (kind === 'rest' || kind === 'early') && refill >= 3 && interval > 0;
		this.earlyLeft = isWorthIt ? EARLY_CREATES[kind] : 0;
		this.earlyGap = interval / (this.earlyLeft + 1);
		this.scheduleEarly(now);
	}

	/** `from`: when the last one was refused, or is no longer forbidden. */
	scheduleEarly(from: number): void {
		this.earlyAt = from + this.earlyGap;
	}

	stopEarly(): void {
		this.earlyLeft = 0;
	}

	isMoreWorthATry(
		{ kind, isRefused }: Round,
		{ refill, interval }: LearnedLimit,
		now: number,
	): boolean {
		if (isRefused || kind === 'early' || interval === 0) return false;
		if (now > this.usedUpAt + 0.2 * interval) return false;
		if (kind === 'refill' && refill < 3 && interval < SHORT_INTERVAL_MS) return false;
		const { least, most } = CREATES_BETWEEN;
		return this.sinceMore >= Math.min(most, Math.max(least, refill));
	}
}
