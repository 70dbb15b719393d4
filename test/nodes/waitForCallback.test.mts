import { callbackToken } from '../../nodes/Flux2/api/callback';
import type { RunSketch } from '../engine/engine.mts';
import type { RingSketch } from '../engine/ring.mts';
import type { Parked } from '../engine/parked.mts';
import type { Result } from '../engine/result.mts';
import { KEY, openStage, type Stage } from './stage.mts';

const TEN = Array.from({ length: 10 }, (_, index) => `Bottle number ${index}`);
const ATTACKER = 'https://attacker.invalid/x.png';
const TOKEN = { flux2_token: callbackToken(KEY) };

/** Callbacks go to n8n 2.x, whose resume URLs are signed, and to 1.x, where anyone can guess them. */
describe.each([
	['2.x', true],
	['1.x', false],
])('Wait For: Callback, resume URLs as n8n %s has them', (_line, signedResumeUrls) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({}, { signedResumeUrls });
	});
	afterAll(async () => await stage.close());

	const run = async (prompts: string[], sketch: RunSketch = {}) =>
		await stage.generate(prompts, {
			then: [{ type: 'test.pass' }],
			...sketch,
			parameters: { waitFor: 'callback', ...sketch.parameters },
		});

	const park = async (prompts: string[], sketch: RunSketch = {}) => {
		const result = await run(prompts, sketch);
		return { result, parked: stage.engine.parked(result) };
	};

	/** What the sender saw, and how the execution ended if the ring woke it. */

	const ring = async (waiting: { result: Result; parked: Parked }, sketch: RingSketch = {}) => {
		const row = stage.engine.executions.find(waiting.result.executionId);
		const before = row?.running;
		const { status } = await waiting.parked.ring({ query: TOKEN, ...sketch });
		await stage.handled();
		const woke = row?.running !== before;
		return { status, woke, ended: woke ? await row?.running : undefined };
	};

	test('ten items park, and their callbacks wake them with ten images, in order, each bought once', async () => {
		const { creates, creditsCharged } = stage.sandbox.books;
		const { result, parked } = await park(TEN);
		expect(result.itemsOf('Pass')).toEqual([]);
		const ended = await parked.ended();
		const items = ended.itemsOf('Pass');
		const prompts = items.map(({ json }) => stage.sandbox.tasks.get(String(json.taskId))?.prompt);
		expect(ended.status).toBe('success');
		expect(prompts).toEqual(TEN);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(TEN.map((_, item) => ({ item })));
		expect(items.every(({ binary }) => binary?.data?.mimeType === 'image/png')).toBe(true);
		expect(items[0]?.json).toMatchObject({
			status: 'succeeded',
			creditsEstimated: 5,
			creditsCharged: 5,
			mode: 'pro',
			resolution: '1K',
			aspectRatio: '1:1',
		});
		expect(stage.sandbox.books.creates - creates).toBe(10);
		expect(stage.sandbox.books.creditsCharged - creditsCharged).toBe(50);
	});

	test('at the deadline the items go on as pending, each with its task, and Get Task finishes them', async () => {
		const { result, parked } = await park(['Cup [callback: never]', 'Jug [callback: never]']);
		expect(result.waitTill?.getTime()).toBe(stage.time.now() + 300_000);
		await stage.time.sleep(300_000);
		const ended = await parked.deadline();
		const items = ended.itemsOf('Pass');
		expect(items.map(({ json }) => json.status)).toEqual(['pending', 'pending']);
		const { creates } = stage.sandbox.books;
		const got = await stage.engine.run({
			items: items.map(({ json }) => ({ json })),
			parameters: { operation: 'getTask', taskId: '={{ $json.taskId }}', waitUntilSettled: true },
		});
		expect(got.items.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect(got.items.map(({ json }) => json.taskId)).toEqual(items.map(({ json }) => json.taskId));
		expect(stage.sandbox.books.creates).toBe(creates);
	});

	test('a timeout too short to park for is raised, and the user is told', async () => {
		const { result, parked } = await park(['Cup'], {
			parameters: { options: { timeoutSeconds: 20 } },
		});
		expect(result.waitTill?.getTime()).toBe(stage.time.now() + 65_000);
		expect(result.hints).toMatchObject([{ message: expect.stringContaining('65 seconds') }]);
		await parked.ended();
	});

	describe('rings at a parked execution, and whether they wake it', () => {
		const body = (value: unknown): RingSketch => ({ body: value });
		test.each<
			[
				name: string,
				prompt: string,
				waitFirst: boolean,
				sketch: (id: string) => RingSketch,
				status: number,
				woke: boolean,
			]
		>([
			['good', 'Cup [callback: never]', true, (id) => body({ task_id: id }), 200, true],
			['without a task id', 'Cup [callback: never]', true, () => body({}), 200, true],
			['a bare array', 'Cup [callback: never]', true, () => body([]), 200, true],
			['too early', 'Cup [callback: never]', false, (id) => body({ task_id: id }), 200, false],
			[
				'forged: claims success too early',
				'Cup [callback: never]',
				false,
				(id) => body({ task_id: id, status: 'SUCCESS', response: [ATTACKER] }),
				200,
				false,
			],
			[
				'without the token',
				'Cup [callback: never]',
				true,
				(id) => ({ body: { task_id: id }, query: {} }),
				401,
				false,
			],
			[
				'with a wrong token',
				'Cup [callback: never]',
				true,
				(id) => ({ body: { task_id: id }, query: { flux2_token: 'x' } }),
				401,
				false,
			],
			[
				'1 MB of nonsense',
				'Cup [callback: never]',
				false,
				() => ({ rawBody: 'x'.repeat(1_000_000), headers: { 'content-type': 'text/plain' } }),
				200,
				false,
			],
			[
				'while the service is down',
				'Cup [callback: never] [poll: 200] [poll: 500]',
				true,
				(id) => body({ task_id: id }),
				503,
				false,
			],
		])('%s', async (_name, prompt, waitFirst, sketch, status, woke) => {
			const waiting = await park([prompt]);
			if (waitFirst) await stage.time.sleep(10_000);
			const taskId = String(waiting.parked.items[0]?.json.taskId);
			const rung = await ring(waiting, sketch(taskId));
			expect([rung.status, rung.woke]).toEqual([status, woke]);
			expect(JSON.stringify(waiting.parked.items)).not.toContain('attacker');
		});

		test('a forged image never comes out, even when the task is done', async () => {
			const waiting = await park(['Cup [callback: never]']);
			await stage.time.sleep(10_000);
			const { ended } = await ring(waiting, body({ status: 'SUCCESS', response: [ATTACKER] }));
			expect(ended?.stored).not.toContain('attacker');
			expect(ended?.itemsOf('Pass')[0]?.json.imageUrl).toMatch(stage.sandbox.url);
		});

		test('100 rings in parallel for 20 tasks wake it once', async () => {
			const prompts = Array.from({ length: 20 }, (_, index) => `Cup ${index} [callback: never]`);
			const waiting = await park(prompts);
			await stage.time.sleep(10_000);
			await Promise.all(Array.from({ length: 100 }, async () => await ring(waiting, body({}))));
			const ended = await waiting.parked.ended();
			expect(ended.itemsOf('Pass')).toHaveLength(20);
			expect(ended.runs).toHaveLength(1);
		});
	});

	describe('when one of ten failed', () => {
		const prompts = TEN.map((prompt, index) => (index === 3 ? `${prompt} [task: failed]` : prompt));

		test('it comes out beside the nine images, with its reason and its task', async () => {
			const { parked } = await park(prompts, { onError: 'continueRegularOutput' });
			const items = (await parked.ended()).itemsOf('Pass');
			expect(
				items.map(({ json }) => json.status).filter((one) => one === 'succeeded'),
			).toHaveLength(9);
			expect(items[3]?.json).toEqual({
				error: expect.stringMatching(/could not be made/),
				taskId: expect.stringMatching(/_flux2$/),
				status: 'failed',
			});
		});

		test('with the error output it goes there, its task named in the text', async () => {
			const { parked } = await park(prompts, { onError: 'continueErrorOutput' });
			const { outputs } = await parked.ended();
			expect(outputs.map(({ length }) => length)).toEqual([9, 1]);
			expect(outputs[1]?.[0]?.json.error).toMatch(/_flux2/);
		});

		test('and the node is to stop, the execution still goes on, since a parked one cannot fail any more', async () => {
			const { parked } = await park(prompts);
			const ended = await parked.ended();
			expect(ended.status).toBe('success');
			expect(ended.itemsOf('Pass')[3]?.json).toMatchObject({ status: 'failed' });
		});
	});

	test('a task that is settled before the execution could park is not waited for', async () => {
		const result = await run(['Cup [task: takes 0 s]']);
		expect(result.status).toBe('success');
		expect(result.itemsOf('Pass')[0]?.json.status).toBe('succeeded');
	});

	test('an order that failed stops the run before it parks, and the others are followed to their end', async () => {
		const result = await run(['Cup', 'Jug [create: 402]', 'Mug']);
		expect(result.status).toBe('error');
		expect(result.error?.message).toMatch(/enough credits/);
		const bought = [...stage.sandbox.tasks.values()]
			.slice(-2)
			.filter(({ prompt }) => /^(Cup|Mug)$/.test(prompt));
		for (const task of bought) expect(result.error?.description).toContain(task.id);
	});

	test('file names and fields given by expression are kept while it waits', async () => {
		const result = await stage.engine.run({
			items: [{ json: { prompt: 'Cup', sku: 'cup-7' } }],
			parameters: {
				prompt: '={{ $json.prompt }}',
				waitFor: 'callback',
				outputField: '={{ $json.sku }}',
				options: { fileName: '={{ $json.sku }}' },
			},
		});
		const ended = await stage.engine.parked(result).ended();
		expect(ended.items[0]?.binary?.['cup-7']?.fileName).toBe('cup-7.png');
	});

	test('a credential that cannot be used any more does not end the parked execution', async () => {
		const waiting = await park(['Cup [callback: never]']);
		await stage.time.sleep(10_000);
		const { apiInOneApi } = stage.engine.credentials;
		stage.engine.credentials.apiInOneApi = { apiKey: '', baseUrl: stage.sandbox.url };
		const rung = await ring(waiting);
		stage.engine.credentials.apiInOneApi = apiInOneApi!;
		expect([rung.status, rung.woke]).toEqual([503, false]);
		expect((await ring(waiting)).woke).toBe(true);
	});

	test('where n8n cannot park, the node looks by itself and says so', async () => {
		const result = await run(['Cup'], { settings: { engineType: 'v2' } as never });
		expect(result.status).toBe('success');
		expect(result.items[0]?.json.status).toBe('succeeded');
		expect(result.hints[0]?.message).toMatch(/cannot be parked/);
	});
});

describe('Wait For: Callback on an n8n that nobody can reach', () => {
	test('is refused before anything is ordered, and says what to set', async () => {
		const stage = await openStage();
		stage.engine.credentials.apiInOneApi = { apiKey: KEY, baseUrl: 'https://apiin.one.invalid' };
		const result = await stage.generate(['Cup'], { parameters: { waitFor: 'callback' } });
		expect(result.error?.message).toMatch(/cannot call back/);
		expect(result.error?.description).toMatch(/WEBHOOK_URL/);
		expect(stage.sandbox.requests).toHaveLength(0);
		await stage.close();
	});
});
