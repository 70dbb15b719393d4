import type { Clock } from '../../sandbox/clock.mts';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
	#now = Date.UTC(2026, 0, 1);
	readonly #sleepers = new Set<{ until: number; wake: () => void }>();

	now(): number {
		return this.#now;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => this.#sleepers.add({ until: this.#now + ms, wake }));
	}

	/** Wakes all whose time has come by then, in order, each at its own time. */
	async advance(ms: number): Promise<void> {
		const target = this.#now + ms;
		for (;;) {
			const [next] = [...this.#sleepers].sort((one, other) => one.until - other.until);
			if (!next || next.until > target) break;
			this.#sleepers.delete(next);
			this.#now = Math.max(this.#now, next.until);
			next.wake();
			await turn();
		}
		this.#now = target;
		await turn();
	}
}

/** Lets everything that is ready to go on do so. */
const turn = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/** Waits for what real connections bring about, turn by turn. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await turn();
}
