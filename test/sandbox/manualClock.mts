import type { Clock } from '../../sandbox/clock.mts';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
	#now = Date.UTC(2026, 0, 1);
	readonly #timers = new Set<{ dueAt: number; resolve: () => void }>();

	now(): number {
		return this.#now;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.#timers.add({ dueAt: this.#now + ms, resolve }));
	}

	/** Ends the sleeps that are due by then, in order, each at its own time. */
	async advance(ms: number): Promise<void> {
		const target = this.#now + ms;
		for (;;) {
			const [next] = [...this.#timers].sort((first, second) => first.dueAt - second.dueAt);
			if (!next || next.dueAt > target) break;
			this.#timers.delete(next);
			this.#now = Math.max(this.#now, next.dueAt);
			next.resolve();
			await eventLoopTurn();
		}
		this.#now = target;
		await eventLoopTurn();
	}
}

/** Lets everything that is ready run. */
const eventLoopTurn = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/** Waits for a condition that real connections bring about. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await eventLoopTurn();
}
