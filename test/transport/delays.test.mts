import {
	backOff,
	firstPollDelay,
	nextPollDelay,
	parseRetryAfter,
} from '../../nodes/Flux2/transport/delays';

/** The times of all polls of a task that takes `taskMs`, with a fixed random number. */
function pollTimes(taskMs: number, random: number): number[] {
	const times = [firstPollDelay(0, random)];
	while (times.at(-1)! < taskMs) times.push(times.at(-1)! + nextPollDelay(times.at(-1)!, random));
	return times;
}

const RANDOMS = [0, 0.25, 0.5, 0.75, 0.999];

describe('poll delays', () => {
	test.each(RANDOMS)('a 6 s image is found by at most 5 polls (random number %d)', (random) => {
		expect(pollTimes(6_000, random).length).toBeLessThanOrEqual(5);
	});

	test('a finished image is found at most 1 s late, or 15 % of its duration', () => {
		for (const random of RANDOMS)
			for (let taskMs = 3_000; taskMs <= 95_000; taskMs += 37) {
				const late = pollTimes(taskMs, random).at(-1)! - taskMs;
				expect(late).toBeLessThanOrEqual(Math.max(1_000, taskMs * 0.15));
			}
	});

	test('a new task is not polled before an image can be ready, and an old task is polled at once', () => {
		for (const random of RANDOMS) {
			expect(firstPollDelay(0, random)).toBeGreaterThanOrEqual(3_000);
			expect(firstPollDelay(60_000, random)).toBe(0);
		}
	});

	test('even a task that takes an hour is polled every 15 seconds', () => {
		expect(nextPollDelay(3_600_000, 0)).toBe(15_000);
	});

	test('polls of concurrent tasks are spread by jitter', () => {
		const delays = new Set(
			Array.from({ length: 50 }, (_, index) => nextPollDelay(4_000, index / 50)),
		);
		expect(delays.size).toBe(50);
	});
});

describe('back-off', () => {
	test('doubles up to 30 seconds, and jitter at most halves it', () => {
		expect([0, 1, 2, 3, 4, 5, 60].map((failures) => backOff(failures, 1))).toEqual([
			1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
		]);
		expect(backOff(3, 0)).toBe(4_000);
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-11-22T12:00:00Z');
	test.each<[unknown, number | undefined]>([
		['7', 7_000],
		[' 120 ', 120_000],
		[7, 7_000],
		[['3', '4'], 3_000],
		['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
		['Sun, 22 Nov 2026 11:00:00 GMT', 0],
		['soon', undefined],
		['', undefined],
		[undefined, undefined],
		[-1, undefined],
	])('%j is %s ms', (header, expected) => {
		expect(parseRetryAfter(header, now)).toBe(expected);
	});
});
