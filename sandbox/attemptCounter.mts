import { LRUCache } from 'lru-cache';

/** Counts the attempts of each prompt, and forgets the ones not seen for the longest time. */
export class AttemptCounter {
	readonly #counts = new LRUCache<string, number>({ max: 10_000 });

	/** How many attempts came before this one. */
	next(prompt: string): number {
		const previous = this.#counts.get(prompt) ?? 0;
		this.#counts.set(prompt, previous + 1);
		return previous;
	}
}
