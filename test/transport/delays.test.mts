import {
	backOff,
	firstPollDelay,
	nextPollDelay,
	parseRetryAfter,
} from '../../nodes/Flux2/transport/delays';

/** The moments of all looks at a task that takes `taskMs`, with chance always the same. */
function looksAt(taskMs: number, random: number): number[] {
	const looks = [firstPollDelay(0, random)];
	while (looks.at(-1)! < taskMs) looks.push(looks.at(-1)! + nextPollDelay(looks.at(-1)!, random));
	return looks;
}

const CHANCES = [0, 0.25, 0.5, 0.75, 0.999];

describe('when to look', () => {
	test.each(CHANCES)('a 6 s image is found with at most 5 looks (chance %d)', (random) => {
		expect(looksAt(6_000, random).length).toBeLessThanOrEqual(5);
	});

	test('a finished image is noticed at most 1 s late, or 15 % of its own time', () => {
		for (const random of CHANCES)
			for (let taskMs = 3_000; taskMs <= 95_000; taskMs += 37) {
				const late = looksAt(taskMs, random).at(-1)! - taskMs;
				expect(late).toBeLessThanOrEqual(Math.max(1_000, taskMs * 0.15));
			}
	});

	test('no look comes before an image can be ready, and an old task is looked at straight away', () => {
		for (const random of CHANCES) {
			expect(firstPollDelay(0, random)).toBeGreaterThanOrEqual(3_000);
			expect(firstPollDelay(60_000, random)).toBe(0);
		}
	});

	test('even a task that takes an hour is looked at every 15 seconds', () => {
		expect(nextPollDelay(3_600_000, 0)).toBe(15_000);
	});

	test('lanes do not beat together', () => {
		const gaps = new Set(
			Array.from({ length: 50 }, (_, index) => nextPollDelay(4_000, index / 50)),
		);
		expect(gaps.size).toBe(50);
	});
});

describe('backing off', () => {
	test('doubles up to 30 seconds, by chance at most halved', () => {
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
