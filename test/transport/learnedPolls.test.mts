import fc from 'fast-check';
import { seededRandom } from '../../sandbox/random.mts';
import { nextPollDelay, pollDelay } from '../../nodes/Flux2/transport/delays';
import { DurationHistory, TaskDurations } from '../../nodes/Flux2/transport/taskDurations';
import { burst, Worker } from './simulation/executions.mts';
import { NoLimit } from './simulation/limits.mts';
import { SimulatedService, type SimulatedTask } from './simulation/simulatedService.mts';
import { SimulatedTime } from './simulation/simulatedTime.mts';

const SEEDS = [1, 2, 3, 4, 5];
const IMAGES = 60;

/** From an even chance, one that gathers round 0 with a spread of 1 (Box and Muller). */
const gauss = (random: () => number): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const quantile = (values: number[], part: number): number =>
	[...values].sort((one, other) => one - other)[Math.floor(part * values.length)]!;

interface Measured {
	/** Milliseconds from the end of a task to the poll that found it done. */
	late: { median: number; most: number };
	/** Requests for each image: its create, its polls, and its download, which is not simulated. */
	calls: number;
}

function measure(tasks: SimulatedTask[]): Measured {
	const late = tasks.map(({ seenAt, endsAt }) => seenAt - endsAt);
	const polls = tasks.reduce((sum, task) => sum + task.polls, 0) / tasks.length;
	return { late: { median: quantile(late, 0.5), most: quantile(late, 0.95) }, calls: polls + 2 };
}

/** So many seconds each image takes, run after run. */
async function runs(seed: number, seconds: number[], spread: number): Promise<Measured[]> {
	const time = new SimulatedTime(seed);
	const random = seededRandom(seed + 1_000);
	let mean = 0;
	const service = new SimulatedService({
		limit: new NoLimit(),
		taskMs: () => 1_000 * Math.max(1, mean + spread * gauss(random)),
		roundTripMs: { from: 20, to: 80 },
	});
	const worker = new Worker(service);
	const measured: Measured[] = [];
	try {
		for (mean of seconds) {
			service.tasks.splice(0);
			await time.run(burst([worker], IMAGES, 1));
			measured.push(measure(service.tasks));
			await time.run(time.sleep(60_000));
		}
	} finally {
		time.stop();
	}
	return measured;
}

/** The medians over all seeds, run by run. */
async function mediansOf(seconds: number[], spread: number): Promise<Measured[]> {
	const all: Measured[][] = [];
	for (const seed of SEEDS) all.push(await runs(seed, seconds, spread));
	return seconds.map((_, index) => {
		const of = (value: (run: Measured) => number) =>
			quantile(
				all.map((seed) => value(seed[index]!)),
				0.5,
			);
		return {
			late: { median: of(({ late }) => late.median), most: of(({ late }) => late.most) },
			calls: of(({ calls }) => calls),
		};
	});
}

describe('polls learn from how long the last images took', () => {
	test('images of 22 s are noticed soon, with few calls, from the second run on', async () => {
		const [first, ...later] = await mediansOf([22, 22, 22], 2);
		expect(first!.calls).toBeGreaterThan(12);
		for (const { late, calls } of later) {
			expect(late.median).toBeLessThanOrEqual(600);
			expect(late.most).toBeLessThanOrEqual(1_500);
			expect(calls).toBeLessThanOrEqual(8);
		}
	});

	test('images of 6 s are noticed as soon as before, with fewer calls', async () => {
		const [unlearned, , third] = await mediansOf([6, 6, 6], 1);
		expect(third!.late.median).toBeLessThanOrEqual(unlearned!.late.median + 20);
		expect(third!.late.most).toBeLessThanOrEqual(unlearned!.late.most + 50);
		expect(third!.calls).toBeLessThan(unlearned!.calls);
	});

	test.each([
		['twice', 44, 2],
		['half', 11, 1],
	])(
		'a service that suddenly takes %s as long is followed within one run',
		async (_, seconds, factor) => {
			const [, , , changed, followed] = await mediansOf([22, 22, 22, seconds, seconds], 1);
			// In the run of the change it is as before anything was learned: 15 % late at most.
			expect(changed!.late.median).toBeLessThanOrEqual(0.1 * seconds * 1_000);
			expect(followed!.late.median).toBeLessThanOrEqual(600 * factor);
			expect(followed!.late.most).toBeLessThanOrEqual(1_500 * factor);
			expect(followed!.calls).toBeLessThanOrEqual(9);
		},
	);

	test('those that wait already are polled by what the others have shown', async () => {
		const [, , , changed] = await mediansOf([22, 22, 22, 11], 1);
		expect(changed!.late.most).toBeLessThanOrEqual(2_500);
	});
});

describe('the next poll', () => {
	const durations = fc.array(fc.integer({ min: 500, max: 600_000 }), { maxLength: 64 });
	const ages = fc.integer({ min: 0, max: 3_600_000 });
	const chances = fc.double({ min: 0, max: 0.999, noNaN: true });

	test('never comes at once after another, and never later than the longest that is known, or 15 s', () => {
		fc.assert(
			fc.property(ages, durations, chances, (ageMs, some, random) => {
				const known = [...some].sort((one, other) => one - other);
				const delay = pollDelay(ageMs, known, random);
				expect(delay).toBeGreaterThanOrEqual(450);
				const longest = Math.max(15_000, known.at(-1) ?? 0);
				expect(delay).toBeLessThanOrEqual(longest);
			}),
		);
	});

	test('is as always while little is known', () => {
		const known = [20_000, 21_000, 22_000, 23_000];
		for (const ageMs of [4_000, 9_000, 30_000])
			expect(pollDelay(ageMs, known, 0.5)).toBe(nextPollDelay(ageMs, 0.5));
	});

	test('is made at once for a task that should be done by now', () => {
		const known = Array.from({ length: 20 }, (_, index) => 20_000 + 200 * index);
		expect(pollDelay(60_000, known, 0.9, true)).toBe(0);
		expect(pollDelay(60_000, [], 0.9, true)).toBe(0);
	});
});

describe('what is known of durations', () => {
	test('is apart for modes, resolutions, and images with references', () => {
		const durations = new TaskDurations();
		const kind = { mode: 'pro', resolution: '1K', hasReferences: false };
		const others = [
			{ ...kind, mode: 'flex' },
			{ ...kind, resolution: '2K' },
			{ ...kind, hasReferences: true },
		];
		expect(durations.of({ ...kind })).toBe(durations.of(kind));
		expect(new Set([kind, ...others].map((one) => durations.of(one))).size).toBe(4);
	});

	test('takes no more memory for many tasks and kinds than for some', () => {
		const durations = new TaskDurations();
		const random = seededRandom(1);
		const first = durations.of({ mode: '0', resolution: '1K', hasReferences: false });
		for (let task = 0; task < 1_000; task += 1)
			first.record(5_000, 6_000 * random() + 500, first.changes, random());
		expect(first.known.length).toBeLessThanOrEqual(64);
		for (let mode = 1; mode < 100; mode += 1)
			durations.of({ mode: String(mode), resolution: '1K', hasReferences: false });
		expect(durations.of({ mode: '0', resolution: '1K', hasReferences: false })).not.toBe(first);
	});

	test('is in ascending order, and between the last poll that found it pending and the one that did not', () => {
		const history = new DurationHistory();
		history.record(9_000, 10_000, 0, 0);
		history.record(7_000, 7_500, 0, 0);
		expect(history.known).toEqual([7_250, 9_500]);
	});
});
