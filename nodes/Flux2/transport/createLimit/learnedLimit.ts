/**
 * When to try again after the first refusal ever, as nothing is known of the interval. One comes just
 * after 10 s: "20 creates per 10 s" [upstream].
 */
const FIRST_WAITS_MS = [
	750, 1_200, 2_000, 3_200, 5_200, 7_500, 10_300, 15_000, 22_000, 32_000, 45_000,
];

/** What lasts longer than a minute is an outage or a quota, not the window of a rate limit. */
const LONGEST_INTERVAL_MS = 65_000;
const SHORTEST_INTERVAL_MS = 200;

/** The next round is tried this much sooner than the last, until it is this near to "too soon". */
const SOONER = 0.9;
const CLOSE_ENOUGH = 1.08;

const WELL_CONFIRMED = 2;
const MOST_GROWTH = 1.5;

/**
 * What refused creates have taught about the service's limit: so many at once after a rest
 * (`burst`), then so many (`refill`) every so often (`interval`). It describes a sliding or fixed
 * window (20 at once, then 20 every 10 s) as well as a token bucket (20 at once, then 1 every
 * 0.5 s) and a number of tasks in flight (10 at once, then 10 every 5 s). All times are milliseconds.
 */
export class LearnedLimit {
	/** Infinity while the service has refused nothing. */
	burst = Infinity;
	refill = Infinity;
	/** 0 while it is unknown. */
	interval = 0;
	/** How often in a row it was no longer than known. */
	private confirmed = 0;
	/** The longest wait after which a create was still refused. */
	private tooSoon = 0;

	/** After so long without a create all of `burst` may go at once again. */
	get restMs(): number {
		return (this.interval * this.burst) / this.refill;
	}

	/** How long to wait for the next round: a little less than last time, unless that is too soon. */
	get nextInterval(): number {
		if (this.interval <= CLOSE_ENOUGH * this.tooSoon) return this.interval;
		return Math.max(SOONER * this.interval, (this.tooSoon + this.interval) / 2);
	}

	/** How long to wait in all, after the `failures`-th refusal in a row, the last one after `waited`. */
	nextWait(waited: number, failures: number): number {
		if (this.interval === 0)
			return FIRST_WAITS_MS.find((wait) => wait > waited) ?? waited + LONGEST_INTERVAL_MS;
		return waited + Math.max(50, waited * Math.min(0.2, 0.05 * 2 ** (failures - 1)));
	}

	/** A create was accepted `waited` after the one that is a refill older, and `failures` before it not. */
	roundOpened(waited: number, failures: number): void {
		// What has held several times is not given up for one outage.
		const most = this.confirmed >= WELL_CONFIRMED ? MOST_GROWTH * this.interval : Infinity;
		if (this.interval === 0 || failures > 0 || waited < this.interval)
			this.interval = Math.min(most, LONGEST_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, waited));
		this.confirmed = failures === 0 ? this.confirmed + 1 : 0;
		// Forgotten slowly, by the number of creates, so that a shorter interval is tried again.
		const kept = 1 - 0.005 * Math.min(20, this.refill);
		this.tooSoon = Math.min(this.interval, this.tooSoon) * kept;
	}

	cameTooSoon(waited: number): void {
		if (this.interval > 0) this.tooSoon = waited;
	}

	/** After a rest the service accepted so many and no more. */
	sawBurst(accepted: number): void {
		this.burst = Math.max(1, accepted);
		this.refill = Math.min(this.refill, this.burst);
	}

	/** After `idle` ms without a create it accepted so many and no more. */
	sawRefill(accepted: number, idle: number): void {
		if (idle < 2 * this.interval) this.refill = Math.max(1, Math.min(this.refill, accepted));
		// Several refills had been saved up, fewer than thought: they come less often.
		else
			this.interval = Math.min(
				LONGEST_INTERVAL_MS,
				Math.max(this.interval, (idle * this.refill) / Math.max(1, accepted)),
			);
	}

	/** It accepted `more` than was known, after a rest or after an interval. */
	sawMore(more: number, afterRest: boolean): void {
		if (!afterRest || this.refill === this.burst) this.refill += more;
		if (afterRest || this.refill > this.burst)
			this.burst = Math.max(this.refill, this.burst + more);
	}
}
