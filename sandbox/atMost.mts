/** Runs work handed to it, at most `lanes` at once, the rest in the order it came. */
export function atMost(lanes: number): <T>(work: () => Promise<T>) => Promise<T> {
	let free = lanes;
	const waiting: Array<() => void> = [];
	return async (work) => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else free++;
		}
	};
}
