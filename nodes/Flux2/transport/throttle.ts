import { clock, pause } from './clock';
import { backOff } from './pace';

/** At most 50 requests a second, all lanes together, even where the service never complains. */
const GAP_MS = 20;

/** What the lanes do when the service's patience changes. */
export interface Width {
	narrow(): void;
	widen(): void;
}

/**
 * The pace that all lanes of one node run keep together: a gap between requests, and one common
 * pause when the service answers 429.
 */
export class Throttle {
	private free = 0;
	private pausedUntil = 0;
	private pausedSince = 0;
	private refusals = 0;

	constructor(
		private readonly width: Width,
		private readonly signal?: AbortSignal,
	) {}

	/**
	 * Waits for this request's turn, at most until `deadline` (ms since the epoch).
	 *
	 * @returns false when the execution was cancelled or the deadline came first.
	 */
	async turn(deadline: number): Promise<boolean> {
		while (this.pausedUntil > clock.now()) {
			if (clock.now() >= deadline) return false;
			const until = Math.min(this.pausedUntil, deadline);
			if (!(await pause(until - clock.now(), this.signal))) return false;
		}
		const now = clock.now();
		this.free = Math.max(now, this.free + GAP_MS);
		return await pause(this.free - now, this.signal);
	}

	/** A request sent at `sentAt` got 429. All lanes wait as told, or back off together. */
	refused(sentAt: number, retryAfterMs: number | undefined): void {
		// Requests that were under way when the pause began tell nothing new about the back-off.
		const isNews = sentAt >= this.pausedSince;
		if (isNews) {
			this.pausedSince = clock.now();
			this.width.narrow();
			this.refusals += 1;
		}
		if (!isNews && !retryAfterMs) return;
		// "0", or a date that is past by our clock, names no pause: obeyed, it would be a hail of requests.
		const wait = retryAfterMs || backOff(this.refusals - 1, clock.random());
		this.pausedUntil = Math.max(this.pausedUntil, clock.now() + wait);
	}

	accepted(): void {
		this.refusals = 0;
		this.width.widen();
	}
}
