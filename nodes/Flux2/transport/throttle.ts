import { clock, pause } from './clock';
import { backOff } from './pace';

/** All lanes together, in any second, even where the service never complains. */
const MOST_PER_SECOND = 50;

/** A second, and what a timer may be late: two late ones must not count into the same second. */
const SECOND_MS = 1_010;

/** Between two requests. A first burst is quick, since the last of it decides when a run ends. */
const GAP_MS = 5;

/** The same once the service has complained: fewer are on their way when it complains again. */
const CAREFUL_GAP_MS = 20;

/** What the lanes do when the service's patience changes. */
export interface Width {
	narrow(): void;
	widen(): void;
}

/**
 * The pace that all lanes of one node run keep together: so many requests a second, and one common
 * pause when the service answers 429.
 */
export class Throttle {
	private gap = GAP_MS;
	/** When the last requests went out, or will. */
	private turns: number[] = [];
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
		for (;;) {
			while (this.pausedUntil > clock.now()) {
				if (clock.now() >= deadline) return false;
				const until = Math.min(this.pausedUntil, deadline);
				if (!(await pause(until - clock.now(), this.signal))) return false;
			}
			const { pausedSince } = this;
			if (!(await pause(this.nextTurn() - clock.now(), this.signal))) return false;
			// A turn that was given before a pause is worth nothing after it.
			if (pausedSince === this.pausedSince) return true;
		}
	}

	/** A request sent at `sentAt` got 429. All lanes wait as told, or back off together. */
	refused(sentAt: number, retryAfterMs: number | undefined): void {
		// Requests that were under way when the pause began tell nothing new about the back-off.
		const isNews = sentAt >= this.pausedSince;
		if (isNews) {
			this.pausedSince = clock.now();
			this.turns = this.turns.filter((at) => at <= this.pausedSince);
			this.gap = CAREFUL_GAP_MS;
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
	/** Takes the next free moment. */
	private nextTurn(): number {
		const last = this.turns.at(-1) ?? 0;
		const [oldest = 0] = this.turns;
		const full = this.turns.length >= MOST_PER_SECOND;
		const at = Math.max(clock.now(), last + this.gap, full ? oldest + SECOND_MS : 0);
		this.turns.push(at);
		if (full) this.turns.shift();
		return at;
	}
}
