const MOST = 10_000;

/** Counts how often each text has come, and forgets the oldest texts. */
export class Tally {
	readonly #times = new Map<string, number>();

	/** How often it came before. */
	next(text: string): number {
		const before = this.#times.get(text) ?? 0;
		this.#times.delete(text);
		this.#times.set(text, before + 1);
		const [oldest] = this.#times.keys();
		if (this.#times.size > MOST && oldest !== undefined) this.#times.delete(oldest);
		return before;
	}
}
