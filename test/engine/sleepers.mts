/** Somebody whom the clock wakes at a moment. */
export interface Sleeper {
	at: number;
	/** Time does not run for its sake alone: it only ends what is held back. */
	idle?: boolean;
	wake: () => void;
	fail: (error: Error) => void;
}

/** All who sleep, in the order in which they wake: of the same moment, who came first. */
export class Sleepers {
	/** How many are not idle. */
	awaited = 0;
	private readonly line: Sleeper[] = [];

	get size(): number {
		return this.line.length;
	}

	/** The next moment; Infinity when nobody sleeps. */
	get earliest(): number {
		return this.line[0]?.at ?? Infinity;
	}

	add(sleeper: Sleeper): void {
		let [from, to] = [0, this.line.length];
		while (from < to) {
			const middle = (from + to) >> 1;
			if (this.line[middle]!.at <= sleeper.at) from = middle + 1;
			else to = middle;
		}
		this.line.splice(from, 0, sleeper);
		if (sleeper.idle !== true) this.awaited += 1;
	}

	remove(sleeper: Sleeper): void {
		this.line.splice(this.line.indexOf(sleeper), 1);
		if (sleeper.idle !== true) this.awaited -= 1;
	}

	/** The first, taken out. */
	take(): Sleeper | undefined {
		const [first] = this.line;
		if (first !== undefined) this.remove(first);
		return first;
	}
}
