import { seededRandom } from '../../sandbox/random.mts';
import { burst, Worker } from './simulation/executions.mts';
import {
	FixedWindow,
	leastTime,
	SlidingWindow,
	TasksAtOnce,
	TokenBucket,
	type Limit,
} from './simulation/limits.mts';
import { SimulatedService } from './simulation/simulatedService.mts';
import { SimulatedTime } from './simulation/simulatedTime.mts';

const TASK_MS = 5_000;
const SEEDS = [1, 2, 3, 4, 5];

const LIMITS: Record<string, (random: () => number) => Limit> = {
	'a sliding window': () => new SlidingWindow(20, 10_000),
	'a fixed window': (random) => new FixedWindow(20, 10_000, random() * 10_000),
	'a token bucket': () => new TokenBucket(20, 500),
	'tasks in flight': () => new TasksAtOnce(10),
};

interface Measured {
	/** Of the least possible time. */
	time: number;
	/** Refused creates for each image. */
	refused: number;
}

const median = (values: number[]): number =>
	[...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;

/** Bursts with a rest of about a minute between them, each at a random moment. */
async function measure(
	kind: string,
	hasRetryAfter: boolean,
	[executions, items]: readonly [number, number],
	seed: number,
	{ workers = 1, bursts = 2 } = {},
): Promise<Measured[]> {
	const time = new SimulatedTime(seed);
	const random = seededRandom(seed + 1_000);
	const limit = LIMITS[kind]!(random);
	const service = new SimulatedService({ limit, hasRetryAfter, taskMs: () => TASK_MS });
	const processes = Array.from({ length: workers }, () => new Worker(service));
	const images = executions * items;
	const measured: Measured[] = [];
	try {
		for (let index = 0; index < bursts; index += 1) {
			const from = time.now();
			const least = leastTime(limit, from, images, TASK_MS);
			service.refused = 0;
			const seenAt = await time.run(burst(processes, executions, items));
			expect(seenAt).toHaveLength(images);
			measured.push({
				time: (Math.max(...seenAt) - from) / least,
				refused: service.refused / images,
			});
			await time.run(time.sleep(60_000 + 10_000 * random()));
		}
		expect(service.tasks).toHaveLength(bursts * images);
	} finally {
		time.stop();
	}
	return measured;
}

const SHAPES = [
	[60, 1],
	[10, 10],
] as const;

/** The medians over all seeds, by burst. */
async function mediansOf(
	kind: string,
	hasRetryAfter: boolean,
	shape: readonly [number, number],
	options: { workers?: number; bursts?: number } = {},
): Promise<Measured[]> {
	const runs: Measured[][] = [];
	for (const seed of SEEDS) runs.push(await measure(kind, hasRetryAfter, shape, seed, options));
	return runs[0]!.map((_, index) => ({
		time: median(runs.map((run) => run[index]!.time)),
		refused: median(runs.map((run) => run[index]!.refused)),
	}));
}

describe.each(Object.keys(LIMITS))('where the service limits creates by %s', (kind) => {
	describe.each([
		['and says when to come back', true],
		['and does not say when to come back', false],
	])('%s', (_name, hasRetryAfter) => {
		test.each(SHAPES)(
			'the first burst of %d executions of %d items takes little more than the least time, and the second less',
			async (...shape) => {
				const [first, second] = await mediansOf(kind, hasRetryAfter, shape);
				expect(first!.time).toBeLessThanOrEqual(1.3);
				expect(first!.refused).toBeLessThanOrEqual(1.2);
				expect(second!.time).toBeLessThanOrEqual(kind === 'a token bucket' ? 1.25 : 1.15);
				expect(second!.refused).toBeLessThanOrEqual(0.3);
			},
		);
	});
});

describe('two workers, each of which learns for itself', () => {
	test.each(Object.keys(LIMITS))('settle below %s', async (kind) => {
		const bursts = await mediansOf(kind, true, [60, 1], { workers: 2 });
		for (const { time } of bursts) expect(time).toBeLessThanOrEqual(1.4);
	});
});
