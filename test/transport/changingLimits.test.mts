import { seededRandom } from '../../sandbox/random.mts';
import { burst, Worker } from './simulation/executions.mts';
import {
	Closed,
	leastTime,
	NoLimit,
	SlidingWindow,
	TasksAtOnce,
	type Limit,
} from './simulation/limits.mts';
import { SimulatedService } from './simulation/simulatedService.mts';
import { SimulatedTime } from './simulation/simulatedTime.mts';

const TASK_MS: number = 5_000;

let time: SimulatedTime;
afterEach(() => time.stop());

/** A service and one n8n process, on a clock of their own. */
function start(limit: Limit, { hasRetryAfter = false, seed = 1, taskMs = () => TASK_MS } = {}) {
	time = new SimulatedTime(seed);
	const service = new SimulatedService({ limit, hasRetryAfter, taskMs });
	return { service, worker: new Worker(service) };
}

/** One burst: its time as a multiple of the least possible, and its refused creates for each image. */
async function measure(service: SimulatedService, worker: Worker, images: number) {
	const from = time.now();
	const least = leastTime(service.options.limit, from, images, TASK_MS);
	service.refused = 0;
	const seenAt = await time.run(burst([worker], images, 1));
	await time.run(time.sleep(60_000));
	return { time: (Math.max(...seenAt) - from) / least, refused: service.refused / images };
}

describe('where there is no limit', () => {
	test('creates go out as fast as they come, a few milliseconds apart', async () => {
		const { service, worker } = start(new NoLimit());
		await time.run(burst([worker], 60, 1));
		const [first = 0] = service.createdAt;
		expect(service.createdAt.at(-1)! - first).toBeLessThanOrEqual(60 * 5 + 200);
	});

	test('one execution never sends more than 50 requests in a second', async () => {
		const { service, worker } = start(new NoLimit());
		await time.run(burst([worker], 1, 300));
		const sentAt = [...service.createdAt, ...service.polledAt].sort((one, other) => one - other);
		for (const from of sentAt) {
			const within = sentAt.filter((at) => at >= from && at < from + 900);
			expect(within.length).toBeLessThanOrEqual(50);
		}
	});
});

describe('a limit that changes', () => {
	test('upwards is found out within three bursts', async () => {
		const { service, worker } = start(new SlidingWindow(20, 10_000));
		for (let index = 0; index < 2; index += 1) await measure(service, worker, 60);
		service.options.limit = new SlidingWindow(40, 10_000);
		for (let index = 0; index < 2; index += 1) await measure(service, worker, 60);
		const { time: multiple } = await measure(service, worker, 60);
		expect(multiple).toBeLessThanOrEqual(1.15);
	});

	test('downwards is found out within two bursts', async () => {
		const { service, worker } = start(new SlidingWindow(20, 10_000));
		for (let index = 0; index < 2; index += 1) await measure(service, worker, 60);
		service.options.limit = new SlidingWindow(10, 10_000);
		await measure(service, worker, 60);
		const { time: multiple, refused } = await measure(service, worker, 60);
		expect(multiple).toBeLessThanOrEqual(1.15);
		expect(refused).toBeLessThanOrEqual(0.4);
	});

	test('that is gone is found out too', async () => {
		const { service, worker } = start(new SlidingWindow(20, 10_000));
		for (let index = 0; index < 2; index += 1) await measure(service, worker, 60);
		service.options.limit = new NoLimit();
		for (let index = 0; index < 2; index += 1) await measure(service, worker, 60);
		const { refused, time: multiple } = await measure(service, worker, 60);
		expect(refused).toBe(0);
		expect(multiple).toBeLessThanOrEqual(1.5);
	});
});

test('a limit on tasks in flight is kept to by the tasks that are done, however long each takes', async () => {
	const random = seededRandom(5);
	const { service, worker } = start(new TasksAtOnce(10), {
		taskMs: () => 3_500 + 3_000 * random(),
	});
	await measure(service, worker, 60);
	const { time: multiple, refused } = await measure(service, worker, 60);
	expect(multiple).toBeLessThanOrEqual(1.3);
	expect(refused).toBeLessThanOrEqual(0.3);
});

test('an execution of one item is not held up by another with two hundred', async () => {
	const { service, worker } = start(new SlidingWindow(20, 10_000));
	await measure(service, worker, 60);
	const from = time.now();
	const large = worker.execute(200);
	const small = (async () => {
		await time.sleep(1_000);
		return await worker.execute(1);
	})();
	const [seenAt = Infinity] = await time.run(small);
	// The next places are there 10 s after the first twenty were taken.
	expect(seenAt - from).toBeLessThanOrEqual(10_000 + TASK_MS + 3_000);
	expect(await time.run(large)).toHaveLength(200);
});

test('a service that refuses for a while does not make the process wait for as long afterwards', async () => {
	const { service, worker } = start(new SlidingWindow(20, 10_000));
	await measure(service, worker, 60);
	service.options.limit = new Closed();
	const during = burst([worker], 5, 1);
	await time.run(time.sleep(120_000));
	expect(service.refused).toBeGreaterThan(5);
	service.options.limit = new SlidingWindow(20, 10_000);
	await time.run(during);
	for (let index = 0; index < 2; index += 1) await measure(service, worker, 60);
	const { time: multiple } = await measure(service, worker, 60);
	expect(multiple).toBeLessThanOrEqual(1.3);
});
