import { clock } from './clock';
import { backOff } from './delays';

/** The pause that all polls of an account make together when the service answers one with 429. */
export class PollPause {
	/** ms since the epoch. */
	until = 0;
	/** When the pause was begun, which tells one pause from another. */
	since = 0;
	private rejections = 0;

	/** A poll sent at `sentAt` got 429. */
	onRateLimited(sentAt: number, retryAfterMs: number | undefined): void {
		// Polls that were under way when the pause began tell nothing new about the back-off.
		const isNews = sentAt >= this.since;
		if (isNews) {
			this.since = clock.now();
			this.rejections += 1;
		}
		if (!isNews && !retryAfterMs) return;
		// "0", or a date that is past by our clock, names no pause: obeyed, it would be a hail of polls.
		const wait = retryAfterMs || backOff(this.rejections - 1, clock.random());
		this.until = Math.max(this.until, clock.now() + wait);
	}

	onSuccess(): void {
		this.rejections = 0;
	}
}
