import { clock, pause } from './clock';
import { CreateLimit } from './createLimit/createLimit';
import type { SentCreate } from './createLimit/createRound';
import { FairQueue } from './fairQueue';
import { PollPause } from './pollPause';
import { GAP_MS } from './requestSpacing';
import { RunLimiter, type Permit } from './runLimiter';

/** Cancelled executions and time limits are noticed this soon. */
const LONGEST_SLEEP_MS = 500;

/** What was learned is forgotten after an hour without a create. */
const FORGET_AFTER_MS = 3_600_000;

const CLOCK_TOLERANCE_MS = 10_000;

interface Waiter {
	deadline: number;
	resolve: (permit: Permit | undefined) => void;
	reject: (defect: unknown) => void;
}

/**
 * The rate limiter of one account, shared by all executions of this process: what one refused create
 * teaches, it teaches all. Creates wait in a fair queue for what `CreateLimit` has learned; polls
 * wait only where a poll was refused, because limits are known to be on creates [upstream].
 */
export class RateLimiter {
	private limit = new CreateLimit();
	private lastUsedAt = 0;
	private lastCreateAt = 0;
	private readonly queue = new FairQueue<RunLimiter, Waiter>();
	private isServing = false;
	private notify: () => void = () => undefined;
	private readonly pollPause = new PollPause();

	/** For one run of a node: runs take turns, and each of them is cancelled by its own signal. */
	forRun(signal?: AbortSignal): RunLimiter {
		return new RunLimiter(this, signal);
	}

	taskCreated(taskId: string): void {
		this.limit.tasks.created(taskId, clock.now());
	}

	/** The service says that a task is done, or failed. Tasks of others mean nothing here. */
	taskDone(taskId: string): void {
		this.limit.tasks.done(taskId, clock.now());
		this.notify();
	}

	async waitForCreate(run: RunLimiter, deadline: number): Promise<Permit | undefined> {
		return await new Promise((resolve, reject) => {
			this.queue.add(run, { deadline, resolve, reject });
			void this.serve();
		});
	}

	async waitForPoll(run: RunLimiter, deadline: number): Promise<Permit | undefined> {
		for (;;) {
			while (this.pollPause.until > clock.now()) {
				if (clock.now() >= deadline) return undefined;
				const until = Math.min(this.pollPause.until, deadline);
				if (!(await pause(until - clock.now(), run.signal))) return undefined;
			}
			const { since } = this.pollPause;
			if (!(await run.spacing.take(run.signal))) return undefined;
			if (since === this.pollPause.since) break;
			run.spacing.dropSlots();
		}
		const sentAt = clock.now();
		return {
			accepted: () => this.pollPause.onSuccess(),
			refused: (retryAfterMs) => this.pollPause.onRateLimited(sentAt, retryAfterMs),
			abandoned: () => undefined,
		};
	}

	/** Lets waiting creates go, one after another, until none is left. */
	private async serve(): Promise<void> {
		this.notify();
		if (this.isServing) return;
		this.isServing = true;
		try {
			while (!this.queue.isEmpty) {
				const wait = this.letGo();
				if (this.queue.isEmpty) break;
				const notified = new Promise<void>((resolve) => (this.notify = resolve));
				await Promise.race([clock.sleep(Math.min(wait, LONGEST_SLEEP_MS)), notified]);
			}
		} catch (defect) {
			for (const { reject } of this.queue.removeWhere(() => true)) reject(defect);
		} finally {
			this.isServing = false;
		}
	}

	/** Lets all creates go that may. @returns milliseconds until another one may. */
	private letGo(): number {
		const now = clock.now();
		this.forgetWhenUnused(now);
		this.giveUp((deadline) => deadline < now);
		for (;;) {
			const wait = Math.max(this.limit.waitingTime(now), this.lastCreateAt + GAP_MS - now);
			const waiter = wait > 0 ? undefined : this.queue.take((run) => this.use(run));
			if (waiter === undefined) {
				this.giveUp((deadline) => deadline <= now);
				const free = Math.min(...this.queue.owners.map(({ spacing }) => spacing.freeIn));
				return Math.max(1, Math.min(Math.max(wait, free), this.queue.earliestDeadline - now));
			}
			this.lastCreateAt = now;
			waiter.resolve(this.permit(this.limit, this.limit.send(now)));
		}
	}

	private use({ spacing }: RunLimiter): boolean {
		if (spacing.freeIn > 0) return false;
		spacing.use();
		return true;
	}

	private permit(limit: CreateLimit, create: SentCreate): Permit {
		const told = (tell: (now: number) => void): void => {
			tell(clock.now());
			this.notify();
		};
		return {
			accepted: () => told((now) => limit.accepted(create, now)),
			refused: (retryAfterMs) => told((now) => limit.refused(create, now, retryAfterMs)),
			abandoned: (wasSent) => told(() => limit.abandoned(create, wasSent)),
		};
	}

	private giveUp(isOver: (deadline: number) => boolean): void {
		const over = this.queue.removeWhere(
			({ deadline }, { signal }) => signal?.aborted === true || isOver(deadline),
		);
		for (const { resolve } of over) resolve(undefined);
	}

	/** Also where the clock of the machine was put back: times of the future would never come. */
	private forgetWhenUnused(now: number): void {
		const isClockPutBack = now < this.lastUsedAt - CLOCK_TOLERANCE_MS;
		if (now > this.lastUsedAt + FORGET_AFTER_MS || isClockPutBack) {
			this.limit = new CreateLimit();
			this.lastCreateAt = 0;
		}
		this.lastUsedAt = now;
	}
}
