/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The most of the moments that lie within any stretch of so many milliseconds. */
export function mostWithin(moments: readonly number[], ms: number): number {
	const sorted = [...moments].sort((a, b) => a - b);
	let most = 0;
	for (let end = 0, begin = 0; end < sorted.length; end++) {
		while (sorted[end]! - sorted[begin]! >= ms) begin += 1;
		most = Math.max(most, end - begin + 1);
	}
	return most;
}
