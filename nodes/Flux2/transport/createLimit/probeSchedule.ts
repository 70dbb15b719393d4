import type { SentCreate } from './createRound';
import type { CreateRounds } from './createRounds';

const FIRST_PROBE_MS = 750;

/** When the next probe goes out, the one create that others wait for. All times are ms since the epoch. */
export class ProbeSchedule {
	at = 0;
	/** Probes refused in a row. */
	private failures = 0;
	private retry = false;

	constructor(private readonly rounds: CreateRounds) {}

	/** Whether the next probe belongs to the round that was refused part-way. */
	get isRetry(): boolean {
		return this.retry;
	}

	get failuresInARow(): number {
		return this.failures;
	}

	reset(): void {
		this.failures = 0;
		this.retry = false;
	}

	/** The round is used up: the next one is due after the interval. */
	afterRound(): void {
		this.reset();
		this.at = this.rounds.nextRoundAt;
	}

	/** A create of the open round was refused at `now`, and none may go before `notBefore`. */
	afterRefusedRound(now: number, notBefore: number): void {
		const { interval } = this.rounds.learned;
		this.reset();
		if (interval === 0) this.at = now + FIRST_PROBE_MS;
		else if (this.rounds.current.kind === 'refill' && notBefore <= now + 0.2 * interval) {
			this.retry = true;
			this.at = now + Math.max(100, 0.05 * interval);
		} else {
			this.rounds.learnSize();
			this.at = Math.max(now, this.rounds.nextRoundAt);
		}
	}

	afterRefusedProbe(probe: SentCreate, now: number, notBefore: number): void {
		const { rounds } = this;
		const { learned } = rounds;
		if (this.retry) {
			this.retry = false;
			rounds.learnSize();
			this.at = Math.max(probe.at + 0.05 * learned.interval, rounds.nextRoundAt);
			return;
		}
		const waited = rounds.waitBefore(probe);
		learned.cameTooSoon(waited);
		this.failures += 1;
		const next = probe.at - waited + learned.nextWait(waited, this.failures);
		this.at = notBefore > now ? notBefore : next;
	}

	/** Places come back when tasks are done: time alone is a reason only after twice the interval. */
	afterTask(now: number): void {
		this.at = now + 2 * this.rounds.learned.interval;
	}

	/** They do not after all. */
	withoutTasks(now: number): void {
		this.at = Math.max(now + FIRST_PROBE_MS, this.rounds.nextRoundAt);
	}

	/** The service said when to come back. */
	noLaterThan(notBefore: number): void {
		this.at = Math.min(this.at, Math.max(notBefore, this.rounds.nextRoundAt));
	}
}
