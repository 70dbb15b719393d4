import { mostWithin } from '../../bench/statistics.mts';
import { chance } from '../../sandbox/chance.mts';
import type { LoggedRequest } from '../../sandbox/requestLog.mts';
import type { SandboxTask } from '../../sandbox/task.mts';
import type { Result } from '../engine/result.mts';
import { Traffic } from '../engine/traffic.mts';
import { openStage, type Stage } from '../nodes/stage.mts';

const ITEMS = 1_000;
const LANES = 40;

/** What may befall an item, and how it has to end all the same. */
const FAULTS = {
	'': 'image',
	'[create: 429 once retry after 2]': 'image',
	'[create: code 429 x2]': 'image',
	'[create: 503]': 'nothing bought',
	'[create: reset]': 'in doubt, nothing bought',
	'[create: reset but charged]': 'in doubt',
	'[create: no id]': 'in doubt',
	'[poll: 500 x2]': 'image',
	'[poll: 429 once retry after 1]': 'image',
	'[poll: reset once]': 'image',
	'[poll: broken json once]': 'image',
	'[task: failed]': 'failed',
	'[task: takes 40 s]': 'image',
	'[task: done without image]': 'failed',
	'[image: 503 once]': 'image',
	'[image: half a body once]': 'image',
	'[image: 404]': 'link only',
} as const;
type Fault = keyof typeof FAULTS;

const random = chance(7);
const plagued = Object.keys(FAULTS).slice(1) as Fault[];
const drawFault = (): Fault =>
	random() < 0.6 ? '' : (plagued[Math.floor(random() * plagued.length)] ?? '');
const faults = Array.from({ length: ITEMS }, drawFault);
const prompts = faults.map((fault, index) => `Item ${index} ${fault}`.trim());

describe('a thousand items with troubles of all kinds, and a limit of the service', () => {
	let stage: Stage;
	let result: Result;
	let mostOpen = 0;
	const tasksOf = new Map<string, SandboxTask[]>();

	beforeAll(async () => {
		stage = await openStage({
			rateLimit: { creates: 100, perSeconds: 10 },
			// Quick tasks: fewer looks, and so more of everything else at once.
			seconds: (random) => 3 + random(),
		});
		const traffic = new Traffic(() => (mostOpen = Math.max(mostOpen, traffic.underWay)));
		result = await stage.generate(prompts, {
			onError: 'continueRegularOutput',
			parameters: { options: { maxParallel: LANES } },
		});
		traffic.stop();
		for (const task of stage.sandbox.tasks.values())
			tasksOf.set(task.prompt, [...(tasksOf.get(task.prompt) ?? []), task]);
	});
	afterAll(async () => await stage.close());

	const indexes = (...ends: Array<(typeof FAULTS)[Fault]>): number[] =>
		faults.flatMap((fault, index) => (ends.includes(FAULTS[fault]) ? index : []));
	const taskOf = (index: number): SandboxTask | undefined => tasksOf.get(prompts[index]!)?.[0];

	test('every item is there, in the order of the input', () => {
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			prompts.map((_, item) => ({ item })),
		);
		const named = result.items.flatMap(({ json }, index) =>
			json.taskId === undefined ? [] : [[index, json.taskId]],
		);
		expect(named).toEqual(named.map(([index]) => [index, taskOf(Number(index))?.id]));
	});

	test('each image is bought once, and never twice', () => {
		const never = new Set(indexes('nothing bought', 'in doubt, nothing bought'));
		expect(prompts.map((prompt) => tasksOf.get(prompt)?.length ?? 0)).toEqual(
			prompts.map((_, index) => (never.has(index) ? 0 : 1)),
		);
	});

	test('whatever can be had is there, with its file', () => {
		const lost = indexes('image').filter(
			(index) => result.items[index]?.binary?.data?.mimeType !== 'image/png',
		);
		expect(lost.map((index) => [prompts[index], result.items[index]?.json])).toEqual([]);
	});

	test('whatever was paid for and did not come is named', () => {
		for (const index of indexes('link only'))
			expect(result.items[index]?.json).toMatchObject({
				imageUrl: taskOf(index)?.imageUrls[0],
				downloadError: expect.any(String),
			});
		for (const index of indexes('failed'))
			expect(result.items[index]?.json).toMatchObject({
				taskId: taskOf(index)?.id,
				status: 'failed',
			});
		for (const index of indexes('in doubt', 'in doubt, nothing bought'))
			expect(result.items[index]?.json.error).toContain(prompts[index]);
	});

	test('no more tasks are under way than there are lanes', () => {
		const requests = new Map<string, LoggedRequest[]>();
		for (const request of stage.sandbox.requests) {
			const key = request.path.slice(request.path.lastIndexOf('/') + 1);
			requests.set(key, [...(requests.get(key) ?? []), request]);
		}
		const changes = [...stage.sandbox.tasks.values()].flatMap((task) => {
			const keys = [task.id, ...task.imageUrls.map((url) => url.slice(url.lastIndexOf('/') + 1))];
			const touched = keys.flatMap((key) => requests.get(key) ?? []).map(({ at }) => at);
			const lastAt = Math.max(task.createdAt, ...touched);
			return [
				{ at: task.createdAt, by: 1 },
				{ at: lastAt, by: -1 },
			];
		});
		// Of one moment the ends count first: a lane that has just become free is free.
		changes.sort((one, other) => one.at - other.at || one.by - other.by);
		let underWay = 0;
		let most = 0;
		for (const { by } of changes) most = Math.max(most, (underWay += by));
		expect(most).toBeGreaterThan(LANES / 2);
		expect(most).toBeLessThanOrEqual(LANES);
	});

	test('the service gets at most 50 requests a second, and never more at once than there are lanes', () => {
		const toService = stage.sandbox.requests.filter(({ route }) => route !== 'image');
		expect(
			mostWithin(
				toService.map(({ at }) => at),
				1_000,
			),
		).toBeLessThanOrEqual(50);
		expect(mostOpen).toBeLessThanOrEqual(LANES);
	});
});
