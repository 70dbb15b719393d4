/** The largest number of these times (ms) that lie within any period of so many milliseconds. */
export function mostWithin(times: readonly number[], ms: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	let most = 0;
	for (let end = 0, start = 0; end < sorted.length; end++) {
		while (sorted[end]! - sorted[start]! >= ms) start += 1;
		most = Math.max(most, end - start + 1);
	}
	return most;
}
