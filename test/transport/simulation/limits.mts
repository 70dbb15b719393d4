/** The ways in which a service may limit creates, none of them published for this one. */
export interface Limit {
	/** Lets a create in, or tells in how many milliseconds the next one would be let in. */
	admit(now: number): number;
	/** A task that was let in is done at `at`. */
	taskEnds(at: number): void;
	/** The same limit in the same state. */
	copy(): Limit;
}

const LET_IN = 0;

/** At most so many in any stretch of so many milliseconds. */
export class SlidingWindow implements Limit {
	constructor(
		private readonly creates: number,
		private readonly perMs: number,
		private readonly entered: number[] = [],
	) {}

	admit(now: number): number {
		while (this.entered.length > 0 && this.entered[0]! <= now - this.perMs) this.entered.shift();
		if (this.entered.length >= this.creates) return this.entered[0]! + this.perMs - now;
		this.entered.push(now);
		return LET_IN;
	}

	taskEnds(): void {}

	copy(): Limit {
		return new SlidingWindow(this.creates, this.perMs, [...this.entered]);
	}
}

/** At most so many in each window; the windows begin by the service's clock, not by the first create. */
export class FixedWindow implements Limit {
	private window = -1;
	private count = 0;

	constructor(
		private readonly creates: number,
		private readonly perMs: number,
		private readonly offsetMs: number,
	) {}

	admit(now: number): number {
		const window = Math.floor((now + this.offsetMs) / this.perMs);
		if (window !== this.window) this.count = 0;
		this.window = window;
		if (this.count >= this.creates) return (window + 1) * this.perMs - this.offsetMs - now;
		this.count += 1;
		return LET_IN;
	}

	taskEnds(): void {}

	copy(): Limit {
		const { window, count } = this;
		return Object.assign(new FixedWindow(this.creates, this.perMs, this.offsetMs), {
			window,
			count,
		});
	}
}

/** A bucket of so many tokens, into which one is put every so many milliseconds. */
export class TokenBucket implements Limit {
	private tokens: number;
	private countedAt = 0;

	constructor(
		private readonly capacity: number,
		private readonly perTokenMs: number,
	) {
		this.tokens = capacity;
	}

	admit(now: number): number {
		const gained = (now - this.countedAt) / this.perTokenMs;
		this.tokens = Math.min(this.capacity, this.tokens + gained);
		this.countedAt = now;
		// Without the tolerance, sums of parts of a token would be off by a hair.
		if (this.tokens < 1 - 1e-9) return (1 - this.tokens) * this.perTokenMs;
		this.tokens -= 1;
		return LET_IN;
	}

	taskEnds(): void {}

	copy(): Limit {
		const { tokens, countedAt } = this;
		return Object.assign(new TokenBucket(this.capacity, this.perTokenMs), { tokens, countedAt });
	}
}

/** At most so many tasks that are not done. */
export class TasksAtOnce implements Limit {
	constructor(
		private readonly tasks: number,
		private ends: number[] = [],
	) {}

	admit(now: number): number {
		this.ends = this.ends.filter((at) => at > now);
		return this.ends.length >= this.tasks ? Math.min(...this.ends) - now : LET_IN;
	}

	taskEnds(at: number): void {
		this.ends.push(at);
	}

	copy(): Limit {
		return new TasksAtOnce(this.tasks, [...this.ends]);
	}
}

/** Lets nothing in, as during an outage. */
export class Closed implements Limit {
	admit(): number {
		return 60_000;
	}

	taskEnds(): void {}

	copy(): Limit {
		return this;
	}
}

export class NoLimit implements Limit {
	admit(): number {
		return LET_IN;
	}

	taskEnds(): void {}

	copy(): Limit {
		return this;
	}
}

/**
 * The least time in which so many images can be made, in milliseconds: by somebody who knows the
 * limit and its state, sends each create in the very moment in which the service lets it in, is
 * answered at once, and sees each task in the moment in which it is done.
 */
export function leastTime(limit: Limit, from: number, images: number, taskMs: number): number {
	const own = limit.copy();
	let now = from;
	for (let image = 0; image < images; image += 1) {
		for (let wait = own.admit(now); wait > 0; wait = own.admit(now)) now += Math.max(wait, 0.001);
		own.taskEnds(now + taskMs);
	}
	return now + taskMs - from;
}
