/** Who waits, and until when (ms since the epoch). */
interface Waiter {
	deadline: number;
}

/**
 * Waiters in one line for each owner. The owners take turns, so that one with a single waiter is not
 * behind another's two hundred; within a line the earliest deadline comes first.
 */
export class FairQueue<Owner, T extends Waiter> {
	/** Whose turn is next comes first. */
	private readonly lines = new Map<Owner, T[]>();

	get isEmpty(): boolean {
		return this.lines.size === 0;
	}

	get owners(): Owner[] {
		return [...this.lines.keys()];
	}

	/** Infinity where nobody waits. */
	get earliestDeadline(): number {
		return Math.min(...[...this.lines.values()].map(([first]) => first?.deadline ?? Infinity));
	}

	add(owner: Owner, waiter: T): void {
		const line = this.lines.get(owner) ?? [];
		const later = line.findIndex(({ deadline }) => deadline > waiter.deadline);
		line.splice(later < 0 ? line.length : later, 0, waiter);
		this.lines.set(owner, line);
	}

	/** Removes the next waiter, of the first owner who may go. */
	take(mayGo: (owner: Owner) => boolean): T | undefined {
		const owner = this.owners.find(mayGo);
		if (owner === undefined) return undefined;
		const [first, ...others] = this.lines.get(owner) ?? [];
		this.lines.delete(owner);
		if (others.length > 0) this.lines.set(owner, others);
		return first;
	}

	/** Removes all that the test holds for. */
	removeWhere(test: (waiter: T, owner: Owner) => boolean): T[] {
		const removed: T[] = [];
		for (const [owner, line] of this.lines) {
			const left = line.filter((waiter) => !test(waiter, owner));
			if (left.length === line.length) continue;
			removed.push(...line.filter((waiter) => test(waiter, owner)));
			if (left.length > 0) this.lines.set(owner, left);
			else this.lines.delete(owner);
		}
		return removed;
	}
}
