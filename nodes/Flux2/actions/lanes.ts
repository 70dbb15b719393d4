import type { Width } from '../transport/throttle';

/**
 * Places for journeys (create, look, download): at most `max` are under way at once, fewer for a
 * while after the service said that it is too much.
 */
export class Lanes implements Width {
	private width: number;
	private inMotion = 0;
	private readonly newcomers: Array<() => void> = [];
	private readonly returning: Array<() => void> = [];

	constructor(private readonly max: number) {
		this.width = max;
	}

	/** Resolves when there is a place. */
	async enter(): Promise<void> {
		await this.queue(this.newcomers);
	}

	/** Gives the place up and waits for another, before any newcomer: started journeys end first. */
	async reenter(): Promise<void> {
		this.inMotion -= 1;
		const place = this.queue(this.returning);
		this.admit();
		await place;
	}

	leave(): void {
		this.inMotion -= 1;
		this.admit();
	}

	narrow(): void {
		this.width = Math.max(1, Math.floor(this.width / 2));
	}

	widen(): void {
		if (this.width >= this.max) return;
		this.width += 1;
		this.admit();
	}

	private async queue(line: Array<() => void>): Promise<void> {
		const place = new Promise<void>((resolve) => line.push(resolve));
		this.admit();
		await place;
	}

	private admit(): void {
		while (this.inMotion < this.width) {
			const next = this.returning.shift() ?? this.newcomers.shift();
			if (next === undefined) return;
			this.inMotion += 1;
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
export async function runInLanes<E, T>(
	entries: readonly E[],
	lanes: Lanes,
	journey: (entry: E, index: number) => Promise<T>,
	mayStart: () => boolean,
): Promise<Array<T | undefined>> {
	const outcomes = entries.map((): T | undefined => undefined);
	const defects: unknown[] = [];
	const underWay = new Set<Promise<void>>();
	for (const [index, entry] of entries.entries()) {
		await lanes.enter();
		if (!mayStart()) {
			lanes.leave();
			break;
		}
		const run: Promise<void> = Promise.allSettled([journey(entry, index)]).then(([outcome]) => {
			if (outcome.status === 'fulfilled') outcomes[index] = outcome.value;
			else defects.push(outcome.reason);
			lanes.leave();
			underWay.delete(run);
		});
		underWay.add(run);
	}
	await Promise.all(underWay);
	if (defects.length > 0) throw defects[0];
	return outcomes;
}
