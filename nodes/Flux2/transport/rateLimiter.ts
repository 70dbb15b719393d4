import { clock, pause } from './clock';
import { backOff } from './delays';

/** All lanes together, in any second, even where the service never complains. */
const MOST_PER_SECOND = 50;

const SECOND_MS = 1_000;

/** Between two requests. A first burst is quick, since the last of it decides when a run ends. */
const GAP_MS = 5;

/** The same once the service has complained: fewer are on their way when it complains again. */
const GAP_AFTER_LIMIT_MS = 20;

/** In how many milliseconds these moments leave room for one more. */
function freeIn(moments: readonly number[]): number {
	const [oldest = 0] = moments;
	return moments.length < MOST_PER_SECOND ? 0 : Math.max(0, oldest + SECOND_MS - clock.now());
}

function remember(moments: number[], at: number): void {
	moments.push(at);
	if (moments.length > MOST_PER_SECOND) moments.shift();
}

/** What the lanes do when the service's patience changes. */
export interface AdaptiveConcurrency {
	decrease(): void;
	increase(): void;
}

/**
 * The pace that all lanes of one node run keep together: so many requests a second, and one common
 * pause when the service answers 429.
 */
export class RateLimiter {
	private gap = GAP_MS;
	/** When the next requests are to go out, and the last ones were to. */
	private slots: number[] = [];
	/** When the last ones did: later where n8n was busy, and then often several at once. */
	private readonly sent: number[] = [];
	private pausedUntil = 0;
	private pausedSince = 0;
	private rejections = 0;

	constructor(
		private readonly concurrency: AdaptiveConcurrency,
		private readonly signal?: AbortSignal,
	) {}

	/**
	 * Waits for this request's turn, at most until `deadline` (ms since the epoch).
	 *
	 * @returns false when the execution was cancelled or the deadline came first.
	 */
	async acquire(deadline: number): Promise<boolean> {
		for (;;) {
			while (this.pausedUntil > clock.now()) {
				if (clock.now() >= deadline) return false;
				const until = Math.min(this.pausedUntil, deadline);
				if (!(await pause(until - clock.now(), this.signal))) return false;
			}
			const { pausedSince } = this;
			let wait = this.nextSlot() - clock.now();
			do {
				if (!(await pause(wait, this.signal))) return false;
				wait = freeIn(this.sent);
			} while (wait > 0);
			// A turn that was given before a pause is worth nothing after it.
			if (pausedSince !== this.pausedSince) continue;
			remember(this.sent, clock.now());
			return true;
		}
	}

	/** A request sent at `sentAt` got 429. All lanes wait as told, or back off together. */
	onRateLimited(sentAt: number, retryAfterMs: number | undefined): void {
		// Requests that were under way when the pause began tell nothing new about the back-off.
		const isNews = sentAt >= this.pausedSince;
		if (isNews) {
			this.pausedSince = clock.now();
			this.slots = this.slots.filter((at) => at <= this.pausedSince);
			this.gap = GAP_AFTER_LIMIT_MS;
			this.concurrency.decrease();
			this.rejections += 1;
		}
		if (!isNews && !retryAfterMs) return;
		// "0", or a date that is past by our clock, names no pause: obeyed, it would be a hail of requests.
		const wait = retryAfterMs || backOff(this.rejections - 1, clock.random());
		this.pausedUntil = Math.max(this.pausedUntil, clock.now() + wait);
	}

	onSuccess(): void {
		this.rejections = 0;
		this.concurrency.increase();
	}

	/** Takes the next free moment. */
	private nextSlot(): number {
		const now = clock.now();
		const last = this.slots.at(-1) ?? 0;
		const at = Math.max(now + freeIn(this.slots), last + this.gap);
		remember(this.slots, at);
		return at;
	}
}
