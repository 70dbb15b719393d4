import type { Step } from '../api/failures';
import type { RateLimiter } from './rateLimiter';
import { RequestSpacing } from './requestSpacing';

/** Leave to send one request. What became of it has to be told, by one of these, once. */
export interface Permit {
	/** Something other than 429 came back. */
	accepted(): void;
	/** 429 came back. */
	refused(retryAfterMs: number | undefined): void;
	/** No answer came, or it was not sent after all. Means nothing once one of the others was called. */
	abandoned(wasSent: boolean): void;
}

/** The account's rate limiter, as one run of a node uses it. */
export class RunLimiter {
	readonly spacing = new RequestSpacing();

	constructor(
		private readonly account: RateLimiter,
		readonly signal?: AbortSignal,
	) {}

	/**
	 * Waits until this request may go out, at most until `deadline` (ms since the epoch).
	 *
	 * @returns undefined when the execution was cancelled or the deadline came first.
	 */
	async acquire(step: Step, deadline: number): Promise<Permit | undefined> {
		if (this.signal?.aborted) return undefined;
		return step === 'create'
			? await this.account.waitForCreate(this, deadline)
			: await this.account.waitForPoll(this, deadline);
	}

	taskCreated(taskId: string): void {
		this.account.taskCreated(taskId);
	}

	taskDone(taskId: string): void {
		this.account.taskDone(taskId);
	}
}
