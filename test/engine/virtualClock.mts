import { RequestsInFlight } from './requestsInFlight.mts';
import { type Timer, TimerQueue } from './timerQueue.mts';

// Captured at once, so that a test which replaces the global timers does not stop this clock.
const { setImmediate, setTimeout, clearTimeout } = globalThis;

/** What keeps the clock from jumping, besides HTTP requests in flight. */
export interface ClockOptions {
	/** The initial time, in milliseconds since the epoch. */
	start?: number;
	/**
	 * Number of requests whose responses the servers of this process delay by this clock. Such a
	 * request is in flight, but nothing happens until the clock moves. Requests whose client has
	 * disconnected must not be counted.
	 */
	pendingResponses?: () => number;
	/** True while anything else is happening during which the clock must stand still. */
	isBusy?: () => boolean;
	/**
	 * True while something is running that may wait for nothing but a time-out, such as a stream that
	 * never ends. After a short real time without activity the clock then moves on to that time-out.
	 */
	isExecuting?: () => boolean;
	/**
	 * Time moves in steps of this many milliseconds, 1 by default. All timers within one step fire
	 * together, so that concurrent work really runs concurrently.
	 */
	resolutionMs?: number;
	/** Real milliseconds without activity after which a clock that cannot move fails. */
	stuckAfterMs?: number;
	/** `false`: `AbortSignal.timeout` stays on real time. */
	replaceTimeouts?: boolean;
}

/** Event-loop turns that have to pass without activity before time jumps. */
const QUIET_TURNS = 8;

/** Real milliseconds without activity after which running code is taken to wait for a time-out. */
const STALL_MS = 300;

/**
 * A clock for tests, shared by the node and the sandbox: time stands still while anything is
 * happening, and jumps to the next timer as soon as nothing is. So no test waits in real time, and
 * none depends on the speed of the machine.
 *
 * `now`, `sleep` and `random` are properties, so that `Object.assign(clock, virtual)` copies them.
 * Until the clock is stopped, `AbortSignal.timeout` uses it too: a request that is never answered
 * takes no real time.
 */
export class VirtualClock {
	readonly now = (): number => this.time;

	/** Resolves after `ms` on this clock; rejects with the signal's reason if that comes first. */
	readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
		if (this.failure !== undefined) throw this.failure;
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const onAbort = () => {
				this.timers.remove(timer);
				this.onActivity();
				reject(signal?.reason);
			};
			const cleanUpAnd = (callback: () => void) => () => {
				signal?.removeEventListener('abort', onAbort);
				callback();
			};
			const timer: Timer = {
				at: this.time + Math.max(0, ms),
				fire: cleanUpAnd(resolve),
				fail: (error) => cleanUpAnd(() => reject(error))(),
			};
			this.add(timer);
			signal?.addEventListener('abort', onAbort, { once: true });
		});
	};

	/** Pseudo-random numbers, the same in each test. */
	readonly random = (): number => {
		this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
		return this.seed / 2147483648;
	};

	private time: number;
	private seed = 2;
	private readonly timers = new TimerQueue();
	private readonly holds = new Map<object, string>();
	private readonly requests = new RequestsInFlight(() => this.onActivity());
	private readonly options: ClockOptions;
	private readonly idleWaiters: Array<() => void> = [];
	private isChecking = false;
	private isPaused = false;
	private isStopped = false;
	private nextCheck?: ReturnType<typeof setTimeout>;
	private quietTurns = 0;
	private lastActivityAt = 0;
	private failure?: Error;
	private readonly realTimeout = AbortSignal.timeout;
	private readonly ownTimeout = (ms: number): AbortSignal => this.timeout(ms);

	constructor(options: ClockOptions = {}) {
		this.options = options;
		this.time = options.start ?? Date.UTC(2026, 0, 1);
		if (options.replaceTimeouts !== false) AbortSignal.timeout = this.ownTimeout;
	}

	/** Number of pending `sleep` calls. */
	get sleeping(): number {
		return this.timers.active;
	}

	/** Stops time until the returned function is called. `reason` appears in the error if it never is. */
	hold(reason: string): () => void {
		const key = {};
		this.holds.set(key, reason);
		return () => {
			this.holds.delete(key);
			this.onActivity();
		};
	}

	/** From now on time moves only by `advance`. */
	pause(): void {
		this.isPaused = true;
	}

	/** Lets time run by itself again. */
	resume(): void {
		this.isPaused = false;
		this.onActivity();
	}

	/** Moves a paused clock forward, and fires the timers on the way, in order. */
	async advance(ms: number): Promise<void> {
		const until = this.time + ms;
		await this.idle();
		for (let next = this.timers.nextAt; next <= until; next = this.timers.nextAt) {
			this.jumpTo(next);
			await this.idle();
		}
		this.time = Math.max(this.time, until);
	}

	/** Resolves when nothing is happening any more except `sleep` calls. */
	async idle(): Promise<void> {
		if (this.failure !== undefined) throw this.failure;
		await new Promise<void>((resolve) => {
			this.idleWaiters.push(resolve);
			this.onActivity();
		});
		if (this.failure !== undefined) throw this.failure;
	}

	/** Like `AbortSignal.timeout`, on this clock. Like it, does not keep time running by itself. */
	timeout(ms: number): AbortSignal {
		const controller = new AbortController();
		const abort = () => controller.abort(new DOMException('It took too long', 'TimeoutError'));
		this.add({ at: this.time + ms, unref: true, fire: abort, fail: abort });
		return controller.signal;
	}

	/** Stops the clock. Pending `sleep` calls never resolve. */
	stop(): void {
		if (AbortSignal.timeout === this.ownTimeout) AbortSignal.timeout = this.realTimeout;
		this.isStopped = true;
		this.requests.stop();
	}

	private onActivity(): void {
		this.quietTurns = 0;
		this.lastActivityAt = performance.now();
		if (this.isStopped) return;
		if (this.nextCheck !== undefined) {
			clearTimeout(this.nextCheck);
			this.nextCheck = undefined;
			setImmediate(this.check);
		}
		if (this.isChecking) return;
		this.isChecking = true;
		setImmediate(this.check);
	}

	private readonly check = (): void => {
		this.nextCheck = undefined;
		if (this.isStopped || !this.hasWaiters()) {
			this.isChecking = false;
			return;
		}
		if (this.isBusy()) {
			this.quietTurns = 0;
			if (performance.now() - this.lastActivityAt > this.stuckAfterMs) this.fail();
			// A delay, not `setImmediate`: busy waiting would slow down what the clock is waiting for.
			this.nextCheck = setTimeout(this.check, 2);
			return;
		}
		this.quietTurns += 1;
		if (this.quietTurns >= QUIET_TURNS && this.onlyTimeoutsPending() && !this.isStalled()) {
			this.nextCheck = setTimeout(this.check, 20);
			return;
		}
		if (this.quietTurns >= QUIET_TURNS) {
			this.quietTurns = 0;
			const waiters = this.idleWaiters.splice(0);
			for (const resolve of waiters) resolve();
			if (waiters.length === 0 && !this.isPaused) this.jumpTo(this.roundUp(this.timers.nextAt));
		}
		setImmediate(this.check);
	};

	private get stuckAfterMs(): number {
		return this.options.stuckAfterMs ?? 20_000;
	}

	private hasWaiters(): boolean {
		if (this.idleWaiters.length > 0) return true;
		if (this.isPaused) return false;
		if (this.timers.active > 0) return true;
		const mayAwaitTimeout = this.requests.count > 0 || this.options.isExecuting?.() === true;
		return mayAwaitTimeout && this.timers.size > 0;
	}

	private onlyTimeoutsPending(): boolean {
		return this.idleWaiters.length === 0 && this.timers.active === 0 && this.requests.count === 0;
	}

	private isStalled(): boolean {
		return performance.now() - this.lastActivityAt > STALL_MS;
	}

	private isBusy(): boolean {
		return (
			this.holds.size > 0 ||
			this.requests.count > (this.options.pendingResponses?.() ?? 0) ||
			(this.options.isBusy?.() ?? false) ||
			// Expensive to ask, so only before a jump.
			(this.quietTurns === QUIET_TURNS - 1 && pendingFileRequests().length > 0)
		);
	}

	private add(timer: Timer): void {
		this.timers.add(timer);
		this.onActivity();
	}

	private roundUp(at: number): number {
		const { resolutionMs = 1 } = this.options;
		return Math.ceil(at / resolutionMs) * resolutionMs;
	}

	private jumpTo(to: number): void {
		this.time = Math.max(this.time, to);
		while (this.timers.nextAt <= this.time) this.timers.shift()?.fire();
	}

	private fail(): void {
		const activity = [
			...this.requests.describe(),
			...this.holds.values(),
			...(this.options.isBusy?.() ? ['n8n between two nodes'] : []),
			...pendingFileRequests(),
		];
		const seconds = this.stuckAfterMs / 1000;
		this.failure = new Error(
			`The clock could not move for ${seconds} s of real time, because of: ` +
				`${activity.join('; ')} (${this.options.pendingResponses?.() ?? 0} of the requests waiting for the clock)`,
		);
		while (this.timers.size > 0) this.timers.shift()?.fail(this.failure);
		for (const resolve of this.idleWaiters.splice(0)) resolve();
	}
}

/** File system and DNS requests, which Node's diagnostics channels do not report. */
function pendingFileRequests(): string[] {
	return process.getActiveResourcesInfo().filter((name) => /Req/.test(name));
}
