import { leastSeconds } from '../../bench/burst.mts';
import {
	type Admission,
	fixedWindow,
	slidingWindow,
	tasksInFlight,
	tokenBucket,
} from '../../sandbox/rateLimitKinds.mts';

const KINDS = ['sliding window', 'fixed window', 'token bucket', 'tasks in flight'] as const;
const TASK_MS = 5_000;

/** The limits of row (f), played by the sandbox's own rules. */
const admissionOf = (kind: (typeof KINDS)[number], dueTimes: number[]): Admission =>
	({
		'sliding window': slidingWindow(20, 10_000),
		'fixed window': fixedWindow(20, 10_000),
		'token bucket': tokenBucket(20, 10_000),
		'tasks in flight': tasksInFlight(10, () => dueTimes),
	})[kind];

/** When a client that knows the limit has its last image: it creates as soon as that is accepted. */
function fastestClient(kind: (typeof KINDS)[number], images: number, startedAt: number): number {
	const dueTimes: number[] = [];
	const admit = admissionOf(kind, dueTimes);
	let now = startedAt;
	for (let image = 0; image < images; image++) {
		for (let wait = admit(now); wait > 0; wait = admit(now)) now += wait;
		dueTimes.push(now + TASK_MS);
	}
	return (now + TASK_MS - startedAt) / 1_000;
}

test.each(KINDS)('%s: the least time of a burst is what the fastest client needs', (kind) => {
	const limit =
		kind === 'tasks in flight' ? { kind, tasks: 10 } : { kind, creates: 20, perSeconds: 10 };
	for (const images of [1, 10, 11, 20, 21, 60, 100])
		for (const elapsedMs of [0, 3_000, 9_999]) {
			const startedAt = Date.UTC(2026, 0, 1) + elapsedMs;
			expect(leastSeconds(limit, images, startedAt)).toBeCloseTo(
				fastestClient(kind, images, startedAt),
				3,
			);
		}
});
