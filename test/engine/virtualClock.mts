import { type Sleeper, Sleepers } from './sleepers.mts';
import { Traffic } from './traffic.mts';

// Taken at once, so that a test which replaces the global timers does not stop this clock.
const { setImmediate, setTimeout, clearTimeout } = globalThis;

/** What may keep the clock from jumping, beside HTTP. */
export interface ClockOptions {
	/** Time at the beginning, in milliseconds. */
	start?: number;
	/**
	 * How many requests the servers of this process hold back on this clock at the moment. Such a
	 * request is under way, yet nothing happens until the clock moves. One whose client has hung up
	 * must not be counted.
	 */
	held?: () => number;
	/** Anything else that is going on: true while the clock must stand still. */
	busy?: () => boolean;
	/**
	 * True while somebody is at work who may wait for a time-out alone, as for a stream that never
	 * ends. After a moment of real time without anything else the clock moves on to that time-out.
	 */
	atWork?: () => boolean;
	/**
	 * Time moves in steps of this many milliseconds, 1 by default. Who wakes within one step wakes
	 * together: many lanes then work side by side, as they would, and not one after another.
	 */
	grain?: number;
	/** Real milliseconds without anything new after which a clock that cannot move says so. */
	patience?: number;
	/** `false`: leave `AbortSignal.timeout` to real time. */
	takesTimeouts?: boolean;
}

/** Event-loop turns that have to pass without anything new before time jumps. */
const quietTurns = 8;

/** Real milliseconds without anything new after which somebody at work waits for a time-out. */
const stallMs = 300;

/**
 * A clock for tests, shared by the node and the sandbox: time stands still while anything is going
 * on, and jumps to the moment of the next sleeper as soon as nothing is. So no test sleeps, and none
 * depends on how fast the machine is.
 *
 * `now`, `sleep` and `random` are properties, so that `Object.assign(clock, virtual)` takes them.
 * Until it is stopped, `AbortSignal.timeout` goes by this clock too: a request that is never answered
 * costs no real time.
 */
export class VirtualClock {
	readonly now = (): number => this.time;

	/** Resolves when the clock has got there; rejects with the signal's reason if that comes first. */
	readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
		if (this.failure !== undefined) throw this.failure;
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const giveUp = () => {
				this.sleepers.remove(sleeper);
				this.noticed();
				reject(signal?.reason);
			};
			const settle = (outcome: () => void) => () => {
				signal?.removeEventListener('abort', giveUp);
				outcome();
			};
			const sleeper: Sleeper = {
				at: this.time + Math.max(0, ms),
				wake: settle(resolve),
				fail: (error) => settle(() => reject(error))(),
			};
			this.add(sleeper);
			signal?.addEventListener('abort', giveUp, { once: true });
		});
	};

	/** The same numbers in each test: jitter, without the chance. */
	readonly random = (): number => {
		this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
		return this.seed / 2147483648;
	};

	private time: number;
	private seed = 2;
	private readonly sleepers = new Sleepers();
	private readonly holds = new Map<object, string>();
	private readonly traffic = new Traffic(() => this.noticed());
	private readonly options: ClockOptions;
	private readonly idleWaiters: Array<() => void> = [];
	private watching = false;
	private manual = false;
	private stopped = false;
	private resting?: ReturnType<typeof setTimeout>;
	private quiet = 0;
	private lastNoticed = 0;
	private failure?: Error;
	private readonly realTimeout = AbortSignal.timeout;
	private readonly ownTimeout = (ms: number): AbortSignal => this.timeout(ms);

	constructor(options: ClockOptions = {}) {
		this.options = options;
		this.time = options.start ?? Date.UTC(2026, 0, 1);
		if (options.takesTimeouts !== false) AbortSignal.timeout = this.ownTimeout;
	}

	/** How many sleep at the moment. */
	get sleeping(): number {
		return this.sleepers.awaited;
	}

	/** Keeps the clock still until the returned function is called. */
	hold(reason: string): () => void {
		const key = {};
		this.holds.set(key, reason);
		return () => {
			this.holds.delete(key);
			this.noticed();
		};
	}

	/** From now on time only moves by `advance`. */
	pause(): void {
		this.manual = true;
	}

	/** Lets time run by itself again. */
	resume(): void {
		this.manual = false;
		this.noticed();
	}

	/** Moves a paused clock on, and lets everything happen that falls into that time, in order. */
	async advance(ms: number): Promise<void> {
		const until = this.time + ms;
		await this.idle();
		for (let next = this.sleepers.earliest; next <= until; next = this.sleepers.earliest) {
			this.jump(next);
			await this.idle();
		}
		this.time = Math.max(this.time, until);
	}

	/** Resolves when nothing is going on any more, apart from sleeping. */
	async idle(): Promise<void> {
		if (this.failure !== undefined) throw this.failure;
		await new Promise<void>((resolve) => {
			this.idleWaiters.push(resolve);
			this.noticed();
		});
		if (this.failure !== undefined) throw this.failure;
	}

	/** Like `AbortSignal.timeout`: like it, it keeps nothing going by itself. */
	timeout(ms: number): AbortSignal {
		const controller = new AbortController();
		const abort = () => controller.abort(new DOMException('It took too long', 'TimeoutError'));
		this.add({ at: this.time + ms, idle: true, wake: abort, fail: abort });
		return controller.signal;
	}

	/** Ends the clock: who still sleeps is left sleeping. */
	stop(): void {
		if (AbortSignal.timeout === this.ownTimeout) AbortSignal.timeout = this.realTimeout;
		this.stopped = true;
		this.traffic.stop();
	}

	private noticed(): void {
		this.quiet = 0;
		this.lastNoticed = performance.now();
		if (this.stopped) return;
		if (this.resting !== undefined) {
			clearTimeout(this.resting);
			this.resting = undefined;
			setImmediate(this.look);
		}
		if (this.watching) return;
		this.watching = true;
		setImmediate(this.look);
	}

	private readonly look = (): void => {
		this.resting = undefined;
		if (this.stopped || !this.isAwaited()) {
			this.watching = false;
			return;
		}
		if (this.isBusy()) {
			this.quiet = 0;
			if (performance.now() - this.lastNoticed > this.patience) this.fail();
			// Not a turn of the loop: it would take the processor from what is being waited for.
			this.resting = setTimeout(this.look, 2);
			return;
		}
		this.quiet += 1;
		if (this.quiet >= quietTurns && this.isOnlyForTimeouts() && !this.isStalled()) {
			this.resting = setTimeout(this.look, 20);
			return;
		}
		if (this.quiet >= quietTurns) {
			this.quiet = 0;
			const waiters = this.idleWaiters.splice(0);
			for (const resolve of waiters) resolve();
			if (waiters.length === 0 && !this.manual) this.jump(this.endOfStep(this.sleepers.earliest));
		}
		setImmediate(this.look);
	};

	private get patience(): number {
		return this.options.patience ?? 20_000;
	}

	private isAwaited(): boolean {
		if (this.idleWaiters.length > 0) return true;
		if (this.manual) return false;
		if (this.sleepers.awaited > 0) return true;
		const waited = this.traffic.underWay > 0 || this.options.atWork?.() === true;
		return waited && this.sleepers.size > 0;
	}

	private isOnlyForTimeouts(): boolean {
		return (
			this.idleWaiters.length === 0 && this.sleepers.awaited === 0 && this.traffic.underWay === 0
		);
	}

	private isStalled(): boolean {
		return performance.now() - this.lastNoticed > stallMs;
	}

	private isBusy(): boolean {
		return (
			this.holds.size > 0 ||
			this.traffic.underWay > (this.options.held?.() ?? 0) ||
			(this.options.busy?.() ?? false) ||
			// Asking for it is dear, so only before a jump.
			(this.quiet === quietTurns - 1 && fileWork().length > 0)
		);
	}

	private add(sleeper: Sleeper): void {
		this.sleepers.add(sleeper);
		this.noticed();
	}

	private endOfStep(at: number): number {
		const { grain = 1 } = this.options;
		return Math.ceil(at / grain) * grain;
	}

	private jump(to: number): void {
		this.time = Math.max(this.time, to);
		while (this.sleepers.earliest <= this.time) this.sleepers.take()?.wake();
	}

	private fail(): void {
		const going = [
			...this.traffic.describe(),
			...this.holds.values(),
			...(this.options.busy?.() ? ['n8n at work between nodes'] : []),
			...fileWork(),
		];
		const seconds = this.patience / 1000;
		this.failure = new Error(
			`The clock could not move for ${seconds} s of real time, because this was still going on: ` +
				`${going.join('; ')} (${this.options.held?.() ?? 0} of the requests held back on purpose)`,
		);
		while (this.sleepers.size > 0) this.sleepers.take()?.fail(this.failure);
		for (const resolve of this.idleWaiters.splice(0)) resolve();
	}
}

/** Files being read or written, and names being looked up: nothing that Node's channels tell of. */
function fileWork(): string[] {
	return process.getActiveResourcesInfo().filter((name) => /Req/.test(name));
}
