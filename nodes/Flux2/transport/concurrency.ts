import type { AdaptiveConcurrency } from './rateLimiter';

/**
 * Places for journeys (create, look, download): at most `max` are under way at once, fewer for a
 * while after the service said that it is too much.
 */
export class ConcurrencyLimit implements AdaptiveConcurrency {
	private limit: number;
	private active = 0;
	private readonly waiting: Array<() => void> = [];
	private readonly returning: Array<() => void> = [];

	constructor(private readonly max: number) {
		this.limit = max;
	}

	/** Resolves when there is a place. */
	async acquire(): Promise<void> {
		await this.queue(this.waiting);
	}

	/** Gives the place up and waits for another, before any newcomer: started journeys end first. */
	async reacquire(): Promise<void> {
		this.active -= 1;
		const place = this.queue(this.returning);
		this.admit();
		await place;
	}

	release(): void {
		this.active -= 1;
		this.admit();
	}

	decrease(): void {
		this.limit = Math.max(1, Math.floor(this.limit / 2));
	}

	increase(): void {
		if (this.limit >= this.max) return;
		this.limit += 1;
		this.admit();
	}

	private async queue(line: Array<() => void>): Promise<void> {
		const place = new Promise<void>((resolve) => line.push(resolve));
		this.admit();
		await place;
	}

	private admit(): void {
		while (this.active < this.limit) {
			const next = this.returning.shift() ?? this.waiting.shift();
			if (next === undefined) return;
			this.active += 1;
			next();
		}
	}
}

/**
 * Runs a journey for each entry, in lanes, and gives the outcomes in the entries' order. A journey
 * that may not start any more has none. Only journeys under way take memory.
 *
 * A journey that rejects is a defect: the others are still waited for, then it is thrown.
 */
export async function mapWithConcurrency<E, T>(
	entries: readonly E[],
	concurrency: ConcurrencyLimit,
	journey: (entry: E, index: number) => Promise<T>,
	mayStart: () => boolean,
): Promise<Array<T | undefined>> {
	const outcomes = entries.map((): T | undefined => undefined);
	const defects: unknown[] = [];
	const underWay = new Set<Promise<void>>();
	for (const [index, entry] of entries.entries()) {
		await concurrency.acquire();
		if (!mayStart()) {
			concurrency.release();
			break;
		}
		const run: Promise<void> = Promise.allSettled([journey(entry, index)]).then(([outcome]) => {
			if (outcome.status === 'fulfilled') outcomes[index] = outcome.value;
			else defects.push(outcome.reason);
			concurrency.release();
			underWay.delete(run);
		});
		underWay.add(run);
	}
	await Promise.all(underWay);
	if (defects.length > 0) throw defects[0];
	return outcomes;
}
