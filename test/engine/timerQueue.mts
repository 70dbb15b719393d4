/** A timer of the virtual clock. */
export interface Timer {
	at: number;
	/** As in Node: the timer does not keep time running by itself. */
	unref?: boolean;
	fire: () => void;
	fail: (error: Error) => void;
}

/** All timers, in the order in which they fire; at the same moment, in the order they were added. */
export class TimerQueue {
	/** How many keep time running, that is, are not `unref`. */
	active = 0;
	private readonly timers: Timer[] = [];

	get size(): number {
		return this.timers.length;
	}

	/** The time of the next timer; Infinity without any. */
	get nextAt(): number {
		return this.timers[0]?.at ?? Infinity;
	}

	add(timer: Timer): void {
		let [from, to] = [0, this.timers.length];
		while (from < to) {
			const middle = (from + to) >> 1;
			if (this.timers[middle]!.at <= timer.at) from = middle + 1;
			else to = middle;
		}
		this.timers.splice(from, 0, timer);
		if (timer.unref !== true) this.active += 1;
	}

	remove(timer: Timer): void {
		this.timers.splice(this.timers.indexOf(timer), 1);
		if (timer.unref !== true) this.active -= 1;
	}

	/** Removes the next timer and returns it. */
	shift(): Timer | undefined {
		const [first] = this.timers;
		if (first !== undefined) this.remove(first);
		return first;
	}
}
