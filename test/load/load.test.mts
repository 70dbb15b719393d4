import { mostWithin } from '../../bench/mostWithin.mts';
import { seededRandom } from '../../sandbox/random.mts';
import type { LoggedRequest } from '../../sandbox/requestLog.mts';
import type { SandboxTask } from '../../sandbox/task.mts';
import type { Result } from '../engine/result.mts';
import { RequestsInFlight } from '../engine/requestsInFlight.mts';
import { createFixture, type Fixture } from '../nodes/fixture.mts';

const ITEMS = 1_000;
const MAX_PARALLEL = 40;

/** Faults of the service, and what an item with each of them must end with. */
const FAULTS = {
	'': 'image',
	'[create: 429 once retry after 2]': 'image',
	'[create: code 429 x2]': 'image',
	'[create: 503]': 'not created',
	'[create: reset]': 'unknown, not created',
	'[create: reset but charged]': 'unknown',
	'[create: no id]': 'unknown',
	'[poll: 500 x2]': 'image',
	'[poll: 429 once retry after 1]': 'image',
	'[poll: reset once]': 'image',
	'[poll: broken json once]': 'image',
	'[task: failed]': 'failed',
	'[task: takes 40 s]': 'image',
	'[task: done without image]': 'no image',
	'[image: 503 once]': 'image',
	'[image: half a body once]': 'image',
	'[image: 404]': 'link only',
} as const;
type Fault = keyof typeof FAULTS;

const random = seededRandom(7);
const faultTags = Object.keys(FAULTS).slice(1) as Fault[];
const drawFault = (): Fault =>
	random() < 0.6 ? '' : (faultTags[Math.floor(random() * faultTags.length)] ?? '');
const faults = Array.from({ length: ITEMS }, drawFault);
const prompts = faults.map((fault, index) => `Item ${index} ${fault}`.trim());

describe('a thousand items with faults of all kinds, and a rate limit', () => {
	let fixture: Fixture;
	let result: Result;
	let maxInFlight = 0;
	const tasksOf = new Map<string, SandboxTask[]>();

	beforeAll(async () => {
		fixture = await createFixture({
			rateLimit: { creates: 100, perSeconds: 10 },
			// Short tasks: fewer polls, and so more of everything else at once.
			seconds: (random) => 3 + random(),
		});
		const inFlight = new RequestsInFlight(
			() => (maxInFlight = Math.max(maxInFlight, inFlight.count)),
		);
		result = await fixture.generate(prompts, {
			onError: 'continueRegularOutput',
			parameters: { options: { maxParallel: MAX_PARALLEL } },
		});
		inFlight.stop();
		for (const task of fixture.sandbox.tasks.values())
			tasksOf.set(task.prompt, [...(tasksOf.get(task.prompt) ?? []), task]);
	});
	afterAll(async () => await fixture.close());

	const indexesOf = (...outcomes: Array<(typeof FAULTS)[Fault]>): number[] =>
		faults.flatMap((fault, index) => (outcomes.includes(FAULTS[fault]) ? index : []));
	const taskOf = (index: number): SandboxTask | undefined => tasksOf.get(prompts[index]!)?.[0];

	test('there is an output item for every input item, in the same order', () => {
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			prompts.map((_, item) => ({ item })),
		);
		const withTaskId = result.items.flatMap(({ json }, index) =>
			json.taskId === undefined ? [] : [[index, json.taskId]],
		);
		expect(withTaskId).toEqual(withTaskId.map(([index]) => [index, taskOf(Number(index))?.id]));
	});

	test('each task is created once, and never twice', () => {
		const notCreated = new Set(indexesOf('not created', 'unknown, not created'));
		expect(prompts.map((prompt) => tasksOf.get(prompt)?.length ?? 0)).toEqual(
			prompts.map((_, index) => (notCreated.has(index) ? 0 : 1)),
		);
	});

	test('every image that the service has is there, with its file', () => {
		const missing = indexesOf('image').filter(
			(index) => result.items[index]?.binary?.data?.mimeType !== 'image/png',
		);
		expect(missing.map((index) => [prompts[index], result.items[index]?.json])).toEqual([]);
	});

	test('what was paid for and did not come is named', () => {
		for (const index of indexesOf('link only'))
			expect(result.items[index]?.json).toMatchObject({
				imageUrl: taskOf(index)?.imageUrls[0],
				downloadError: expect.any(String),
			});
		for (const index of indexesOf('failed'))
			expect(result.items[index]?.json).toMatchObject({
				taskId: taskOf(index)?.id,
				status: 'failed',
				errorCode: 'task-failed',
			});
		for (const index of indexesOf('no image'))
			expect(result.items[index]?.json).toMatchObject({
				taskId: taskOf(index)?.id,
				status: 'unknown',
				errorCode: 'no-image',
				charged: 'yes',
			});
		for (const index of indexesOf('unknown', 'unknown, not created')) {
			expect(result.items[index]?.json.error).toContain(prompts[index]);
			expect(result.items[index]?.json).toMatchObject({ status: 'unknown', charged: 'maybe' });
		}
	});

	test('no more tasks are in flight than "Max Parallel" allows', () => {
		const requests = new Map<string, LoggedRequest[]>();
		for (const request of fixture.sandbox.requests) {
			const name = request.path.slice(request.path.lastIndexOf('/') + 1);
			requests.set(name, [...(requests.get(name) ?? []), request]);
		}
		const changes = [...fixture.sandbox.tasks.values()].flatMap((task) => {
			const names = [task.id, ...task.imageUrls.map((url) => url.slice(url.lastIndexOf('/') + 1))];
			const times = names.flatMap((name) => requests.get(name) ?? []).map(({ at }) => at);
			const lastAt = Math.max(task.createdAt, ...times);
			return [
				{ at: task.createdAt, by: 1 },
				{ at: lastAt, by: -1 },
			];
		});
		// At the same time, ends come first: the next task may start then.
		changes.sort((one, other) => one.at - other.at || one.by - other.by);
		let current = 0;
		let most = 0;
		for (const { by } of changes) most = Math.max(most, (current += by));
		expect(most).toBeGreaterThan(MAX_PARALLEL / 2);
		expect(most).toBeLessThanOrEqual(MAX_PARALLEL);
	});

	test('the service gets at most 50 requests a second, and never more at once than "Max Parallel"', () => {
		const toApi = fixture.sandbox.requests.filter(({ route }) => route !== 'image');
		expect(
			mostWithin(
				toApi.map(({ at }) => at),
				1_000,
			),
		).toBeLessThanOrEqual(50);
		expect(maxInFlight).toBeLessThanOrEqual(MAX_PARALLEL);
	});
});
