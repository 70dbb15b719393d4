/**
 * How many milliseconds a create has to wait; 0 where it is accepted, and then it counts. A refused
 * create never counts.
 */
export type Admission = (now: number) => number;

/** At most so many creates within any so many milliseconds. */
export function slidingWindow(creates: number, ms: number): Admission {
	const accepted: number[] = [];
	return (now) => {
		while (accepted[0] !== undefined && accepted[0] <= now - ms) accepted.shift();
		const [oldest] = accepted;
		if (accepted.length >= creates && oldest !== undefined) return oldest + ms - now;
		accepted.push(now);
		return 0;
	};
}

/** A counter that starts again at every full multiple of so many milliseconds since 1970. */
export function fixedWindow(creates: number, ms: number): Admission {
	let current = 0;
	let accepted = 0;
	return (now) => {
		const window = Math.floor(now / ms);
		if (window !== current) [current, accepted] = [window, 0];
		if (accepted >= creates) return (window + 1) * ms - now;
		accepted += 1;
		return 0;
	};
}

/** A full bucket holds so many creates, and an empty one is full again after so many milliseconds. */
export function tokenBucket(creates: number, ms: number): Admission {
	let tokens = creates;
	let filledAt = 0;
	return (now) => {
		tokens = Math.min(creates, tokens + ((now - filledAt) * creates) / ms);
		filledAt = now;
		// A token that is complete but for a rounding error counts.
		if (tokens < 1 - 1e-9) return ((1 - tokens) * ms) / creates;
		tokens -= 1;
		return 0;
	};
}

/** At most so many tasks that are not done yet. @param dueTimes of all tasks, in ms since 1970. */
export const tasksInFlight =
	(max: number, dueTimes: () => number[]): Admission =>
	(now) => {
		const pending = dueTimes().filter((dueAt) => dueAt > now);
		const next = pending.sort((a, b) => a - b)[pending.length - max];
		return next === undefined ? 0 : next - now;
	};
