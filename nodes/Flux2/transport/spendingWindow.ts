import { Flux2Failure } from '../api/failures';
import { clock } from './clock';

const WINDOW_MS = 24 * 3_600_000;

/** Credits are kept by the minute, so that the memory they take is bounded. */
const BUCKET_MS = 60_000;

/** Tasks whose later failure is noticed; older ones stay counted. */
const MAX_TASKS = 2_000;

/** Credits that were counted before their image was paid for. */
export interface Reservation {
	/** Nothing was charged: they do not count any more. A second call does nothing. */
	release(): void;
}

/**
 * The credits that an account has spent in this process within the last 24 hours, by the price list:
 * a fuse against runaway loops. It begins at zero with the process, and each worker counts for itself.
 */
export class SpendingWindow {
	/** Credits by the minute in which they were reserved, oldest first. */
	private readonly buckets = new Map<number, number>();

	/** By task ID, oldest first. */
	private readonly tasks = new Map<string, Reservation>();

	/** Credits of the last 24 hours, to the minute. */
	get spent(): number {
		const first = Math.floor((clock.now() - WINDOW_MS) / BUCKET_MS);
		for (const minute of this.buckets.keys()) {
			if (minute >= first) break;
			this.buckets.delete(minute);
		}
		return [...this.buckets.values()].reduce((sum, credits) => sum + credits, 0);
	}

	/**
	 * Counts the credits of one image. Call it before the create is sent, and release the credits
	 * where it turns out to be free. It waits for nothing, so that executions which run at the same
	 * time cannot get past the limit together.
	 *
	 * @param limit credits within 24 hours; 0 for none.
	 * @throws Flux2Failure `daily-credit-limit`; then nothing is counted.
	 */
	reserve(credits: number, limit: number): Reservation {
		const { spent } = this;
		if (limit > 0 && spent + credits > limit)
			throw new Flux2Failure({ kind: 'daily-credit-limit', limit, held: spent, credits });
		const minute = Math.floor(clock.now() / BUCKET_MS);
		this.add(minute, credits);
		let isReserved = true;
		return {
			release: () => {
				if (isReserved) this.add(minute, -credits);
				isReserved = false;
			},
		};
	}

	/** The image is this task, which may fail after the run that created it. */
	taskCreated(taskId: string, reservation: Reservation): void {
		this.tasks.set(taskId, reservation);
		if (this.tasks.size <= MAX_TASKS) return;
		const [oldest = ''] = this.tasks.keys();
		this.tasks.delete(oldest);
	}

	/** The service bills no failed task. */
	taskFailed(taskId: string): void {
		this.tasks.get(taskId)?.release();
		this.tasks.delete(taskId);
	}

	/** A minute that was forgotten meanwhile stays forgotten. */
	private add(minute: number, credits: number): void {
		const held = this.buckets.get(minute) ?? 0;
		if (credits > 0 || this.buckets.has(minute)) this.buckets.set(minute, held + credits);
	}
}
