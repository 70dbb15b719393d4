/** When the last creates went out that were not refused, oldest first; ms since the epoch. */
export class RecentCreates {
	private readonly times: number[];

	constructor(times: readonly number[] = []) {
		this.times = [...times];
	}

	get count(): number {
		return this.times.length;
	}

	get oldest(): number | undefined {
		return this.times[0];
	}

	/** The `n`-th last, 1 being the last. */
	nthLast(n: number): number | undefined {
		return this.times.at(-n);
	}

	before(time: number): RecentCreates {
		return new RecentCreates(this.times.filter((at) => at < time));
	}

	add(time: number): void {
		this.times.push(time);
	}

	remove(time: number): void {
		const index = this.times.lastIndexOf(time);
		if (index >= 0) this.times.splice(index, 1);
	}

	keepLast(count: number): void {
		this.times.splice(0, Math.max(0, this.times.length - count));
	}

	keepSince(time: number): void {
		while (this.times.length > 0 && this.times[0]! < time) this.times.shift();
	}
}
