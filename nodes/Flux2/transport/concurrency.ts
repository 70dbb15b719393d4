/** At most so many pieces of work at once. */
export class ConcurrencyLimit {
	private active = 0;
	private readonly waiting: Array<() => void> = [];

	constructor(private readonly max: number) {}

	/** Resolves when there is a place, which has to be given back by `release`. */
	async acquire(): Promise<void> {
		if (this.active < this.max) this.active += 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	release(): void {
		const next = this.waiting.shift();
		if (next === undefined) this.active -= 1;
		else next();
	}
}

/**
 * Does the work for each entry, at most so many at once, and gives the outcomes in the entries'
 * order. Work that may not start any more has none. Only work that has begun takes memory.
 *
 * Work that rejects is a defect: the rest is still waited for, then it is thrown.
 */
export async function mapWithConcurrency<E, T>(
	entries: readonly E[],
	concurrency: ConcurrencyLimit,
	work: (entry: E, index: number) => Promise<T>,
	mayStart: () => boolean,
): Promise<Array<T | undefined>> {
	const outcomes = entries.map((): T | undefined => undefined);
	const defects: unknown[] = [];
	const underWay = new Set<Promise<void>>();
	const doOne = async (entry: E, index: number): Promise<void> => {
		try {
			outcomes[index] = await work(entry, index);
		} catch (defect) {
			defects.push(defect);
		} finally {
			concurrency.release();
		}
	};
	for (const [index, entry] of entries.entries()) {
		await concurrency.acquire();
		if (!mayStart()) {
			concurrency.release();
			break;
		}
		const run: Promise<void> = doOne(entry, index).finally(() => underWay.delete(run));
		underWay.add(run);
	}
	await Promise.all(underWay);
	if (defects.length > 0) throw defects[0];
	return outcomes;
}
