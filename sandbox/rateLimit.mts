import { ApiError } from './apiError.mts';
import type { Clock } from './clock.mts';
import {
	type Admission,
	fixedWindow,
	slidingWindow,
	tasksInFlight,
	tokenBucket,
} from './rateLimitKinds.mts';
import { retryAfterHeader } from './retryAfter.mts';

const RATE_KINDS = {
	'sliding window': slidingWindow,
	'fixed window': fixedWindow,
	'token bucket': tokenBucket,
};

/** How many creates are accepted; the next one gets a 429. */
export type RateLimit = {
	/** The format of the `Retry-After` header. Default: seconds. */
	retryAfter?: 'seconds' | 'date' | 'none';
} & (
	| {
			/** Default: a sliding window. */
			kind?: keyof typeof RATE_KINDS;
			creates: number;
			perSeconds: number;
	  }
	| { kind: 'tasks in flight'; tasks: number }
);

export class RateLimitCheck {
	readonly #admit: Admission;

	constructor(
		private readonly limit: RateLimit | undefined,
		private readonly clock: Clock,
		/** When the tasks are done, in ms since 1970. */
		dueTimes: () => number[],
	) {
		if (!limit) this.#admit = () => 0;
		else if (limit.kind === 'tasks in flight') this.#admit = tasksInFlight(limit.tasks, dueTimes);
		else {
			const { kind = 'sliding window', creates, perSeconds } = limit;
			this.#admit = RATE_KINDS[kind](creates, perSeconds * 1000);
		}
	}

	/** Counts one create, or throws the 429. */
	accept(): void {
		const now = this.clock.now();
		const waitMs = this.#admit(now);
		if (waitMs === 0) return;
		const format = this.limit?.retryAfter ?? 'seconds';
		const seconds = Math.ceil(waitMs / 1000);
		// A task that is never done leaves nothing to say.
		const isKnown = format !== 'none' && Number.isFinite(seconds);
		throw new ApiError(
			429,
			undefined,
			retryAfterHeader(isKnown ? { seconds, format } : undefined, now),
		);
	}
}
