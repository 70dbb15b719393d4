import type { Clock } from './clock.mts';
import { Refusal, wordsFor } from './refusal.mts';
import { retryAfterHeader } from './retryAfter.mts';

/** So many creates in any stretch of so many seconds; the next one is refused with 429. */
export interface RateLimit {
	creates: number;
	perSeconds: number;
	/** How the refusal says when to come back. Default: in seconds. */
	retryAfter?: 'seconds' | 'date' | 'none';
}

/** A sliding window over the creates that were let in. A refused one does not lengthen the wait. */
export class RateWindow {
	readonly #letIn: number[] = [];

	constructor(
		private readonly limit: RateLimit | undefined,
		private readonly clock: Clock,
	) {}

	/** Lets one create in, or throws the refusal. */
	enter(): void {
		if (!this.limit) return;
		const now = this.clock.now();
		const length = this.limit.perSeconds * 1000;
		while (this.#letIn[0] !== undefined && this.#letIn[0] <= now - length) this.#letIn.shift();
		const oldest = this.#letIn[0];
		if (this.#letIn.length >= this.limit.creates && oldest !== undefined) {
			const form = this.limit.retryAfter ?? 'seconds';
			const seconds = Math.ceil((oldest + length - now) / 1000);
			const pause = form === 'none' ? undefined : { seconds, as: form };
			throw new Refusal(429, wordsFor(429), retryAfterHeader(pause, now));
		}
		this.#letIn.push(now);
	}
}
