import { callbackToken, withToken } from '../../nodes/Flux2/api/callback';
import type { RingSketch } from '../engine/ring.mts';
import type { Trigger } from '../engine/trigger.mts';
import { KEY, openStage, type Stage } from './stage.mts';

const TRIGGER = 'n8n-nodes-flux2.flux2Trigger';
const ATTACKER = 'https://attacker.invalid/x.png';
const TOKEN = { flux2_token: callbackToken(KEY) };

describe('Flux 2 Trigger', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	const open = (parameters = {}): Trigger => stage.engine.trigger({ type: TRIGGER, parameters });

	const ring = async (trigger: Trigger, sketch: RingSketch) => {
		const answer = await trigger.ring(sketch);
		await stage.handled();
		return answer;
	};

	/** The ID of a task that was ordered; settled unless the prompt says otherwise. */
	const order = async (prompt: string): Promise<string> => {
		const result = await stage.generate([prompt], { parameters: { waitFor: 'nothing' } });
		await stage.time.sleep(10_000);
		return String(result.items[0]?.json.taskId);
	};

	test('a task ordered with its URL starts the workflow, image included, without anybody pasting a token', async () => {
		const trigger = open();
		const result = await stage.generate(['A bottle'], {
			parameters: { waitFor: 'nothing', callbackUrl: trigger.url },
		});
		expect(result.items[0]?.json).toMatchObject({ status: 'pending', imageUrl: null });
		await stage.time.sleep(10_000);
		await stage.handled();
		const [started] = await trigger.results();
		expect(trigger.runs).toHaveLength(1);
		expect(started?.items[0]?.json).toMatchObject({
			taskId: result.items[0]?.json.taskId,
			status: 'succeeded',
			creditsCharged: 5,
		});
		expect(started?.items[0]?.binary?.data?.mimeType).toBe('image/png');
		expect(JSON.stringify(started?.items)).not.toContain(KEY);
	});

	test('an image is filed under the run it belongs to, so no other run can take it away', async () => {
		const id = await order('A cup');
		const trigger = open();
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		const [run] = trigger.runs;
		// n8n files whatever a trigger stores before its run begins under "temp".
		expect(run?.items[0]?.binary).toBeUndefined();
		const [item] = (await run!.result).items;
		expect(item?.binary?.data?.id).toContain(`/executions/${run!.executionId}/`);
		expect((await stage.engine.read(item?.binary?.data)).length).toBeGreaterThan(100);
	});

	test.each([
		[{ download: false }, []],
		[{ outputField: '=of_{{ $json.taskId }}' }, ['of_ID']],
	])('the fields of the trigger are obeyed: %j', async (parameters, fields) => {
		const id = await order('A cup');
		const trigger = open(parameters);
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		const [item] = (await trigger.results())[0]!.items;
		expect(item?.json).toMatchObject({ taskId: id, status: 'succeeded' });
		expect(Object.keys(item?.binary ?? {})).toEqual(fields.map((name) => name.replace('ID', id)));
	});

	test('an image that cannot be fetched starts the workflow all the same, with its URL and why', async () => {
		const id = await order('A cup [image: 404]');
		const trigger = open();
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		await stage.time.sleep(10_000);
		const [result] = await trigger.results();
		expect(result?.status).toBe('success');
		expect(result?.items[0]?.binary).toBeUndefined();
		expect(result?.items[0]?.json).toMatchObject({
			imageUrl: expect.stringMatching(stage.sandbox.url),
			downloadError: expect.stringContaining('could not be downloaded'),
		});
	});

	test('a ring about two tasks of which one cannot be read brings one now, and the other when it is rung again', async () => {
		const good = await order('A cup');
		const late = await order('A cup [poll: 500 once]');
		const trigger = open();
		const both = { body: [{ task_id: good }, { task_id: late }], query: TOKEN };
		expect((await ring(trigger, both)).status).toBe(503);
		expect((await ring(trigger, both)).status).toBe(200);
		const results = await trigger.results();
		expect(results.map(({ items }) => items.map(({ json }) => json.taskId))).toEqual([
			[good],
			[late],
		]);
	});

	describe('rings, and what each starts', () => {
		type Row = [
			name: string,
			prompt: string,
			ring: (id: string) => RingSketch,
			runs: number,
			status: number,
		];
		const body = (value: unknown): RingSketch => ({ body: value, query: TOKEN });
		const rows: Row[] = [
			['good, as an object', 'A cup', (id) => body({ task_id: id }), 1, 200],
			['good, wrapped', 'A cup', (id) => body({ code: 200, data: { taskId: id } }), 1, 200],
			['good, a bare array', 'A cup', (id) => body([{ id }]), 1, 200],
			['good, data an array', 'A cup', (id) => body({ data: [{ task_id: id }] }), 1, 200],
			['good, only in the query', 'A cup', (id) => ({ query: { ...TOKEN, task_id: id } }), 1, 200],
			[
				'good, as text',
				'A cup',
				(id) => ({
					rawBody: JSON.stringify({ task_id: id }),
					headers: { 'content-type': 'text/plain' },
					query: TOKEN,
				}),
				1,
				200,
			],
			['good, of a failed task', 'A cup [task: failed]', (id) => body({ task_id: id }), 1, 200],
			['without a token', 'A cup', (id) => ({ body: { task_id: id } }), 0, 401],
			[
				'with a wrong token',
				'A cup',
				(id) => ({ body: { task_id: id }, query: { flux2_token: 'x' } }),
				0,
				401,
			],
			[
				'with the key as token',
				'A cup',
				(id) => ({ body: { task_id: id }, query: { flux2_token: KEY } }),
				0,
				401,
			],
			['about an unknown task', 'A cup', () => body({ task_id: 'n41nobody' }), 0, 200],
			[
				'about a task still in progress',
				'A cup [task: never]',
				(id) => body({ task_id: id }),
				0,
				200,
			],
			[
				'claiming success for a task in progress',
				'A cup [task: never]',
				(id) => body({ task_id: id, status: 'SUCCESS', response: [ATTACKER] }),
				0,
				200,
			],
			['without a task', 'A cup', () => body({ hello: 'world' }), 0, 200],
			['empty', 'A cup', () => ({ query: TOKEN }), 0, 200],
			['a number', 'A cup', () => body(7), 0, 200],
			['null', 'A cup', () => body(null), 0, 200],
			['wrong types', 'A cup', () => body({ task_id: { a: 1 }, data: { taskId: [] } }), 0, 200],
			[
				'1 MB of nonsense',
				'A cup',
				() => ({
					rawBody: 'x'.repeat(1_000_000),
					headers: { 'content-type': 'text/plain' },
					query: TOKEN,
				}),
				0,
				200,
			],
			[
				'nested 10,000 deep',
				'A cup',
				() => ({
					rawBody: '['.repeat(10_000) + ']'.repeat(10_000),
					headers: { 'content-type': 'application/json' },
					query: TOKEN,
				}),
				0,
				200,
			],
			[
				'broken JSON',
				'A cup',
				() => ({
					rawBody: '{"task_id":',
					headers: { 'content-type': 'application/json' },
					query: TOKEN,
				}),
				0,
				422,
			],
			[
				'a file',
				'A cup',
				() => ({
					rawBody: Buffer.alloc(1000, 1),
					headers: { 'content-type': 'application/octet-stream' },
					query: TOKEN,
				}),
				0,
				200,
			],
			['while the service is down', 'A cup [poll: 500]', (id) => body({ task_id: id }), 0, 503],
		];
		test.each(rows)('%s', async (_name, prompt, sketch, runs, status) => {
			const id = await order(prompt);
			const trigger = open();
			const answer = await ring(trigger, sketch(id));
			await trigger.results();
			expect([answer.status, trigger.runs.length]).toEqual([status, runs]);
		});
	});

	test("a forged ring that claims success with an attacker's image brings the real image or nothing", async () => {
		const id = await order('A cup');
		const trigger = open();
		await ring(trigger, {
			body: { task_id: id, status: 'SUCCESS', response: [ATTACKER] },
			query: TOKEN,
		});
		const [started] = await trigger.results();
		expect(started?.stored).not.toContain('attacker');
		expect(started?.items[0]?.json.imageUrl).toMatch(stage.sandbox.url);
	});

	test('100 rings in parallel for 20 tasks start 20 runs', async () => {
		const prompts = Array.from({ length: 20 }, (_, index) => `Cup ${index}`);
		const ordered = await stage.generate(prompts, { parameters: { waitFor: 'nothing' } });
		await stage.time.sleep(10_000);
		const trigger = open();
		const ids = ordered.items.map(({ json }) => String(json.taskId));
		const rings = Array.from({ length: 100 }, (_, index) => ids[index % 20]);
		const answers = await Promise.all(
			rings.map(async (id) => await ring(trigger, { body: { task_id: id }, query: TOKEN })),
		);
		const results = await trigger.results();
		expect(answers.every(({ status }) => status === 200)).toBe(true);
		expect(new Set(results.map(({ items }) => items[0]?.json.taskId)).size).toBe(20);
		expect(results).toHaveLength(20);
	});

	test('a task that was delivered is remembered when n8n has restarted', async () => {
		const id = await order('A cup');
		const trigger = open();
		trigger.staticData = { 'node:Flux 2 Trigger': { handled: [id] } };
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(0);
	});

	test('what is remembered stays bounded', async () => {
		const id = await order('A cup');
		const trigger = open();
		const old = Array.from({ length: 500 }, (_, index) => `task-${index}`);
		trigger.staticData = { 'node:Flux 2 Trigger': { handled: old } };
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.nodeData.handled).toHaveLength(500);
		expect(trigger.nodeData.handled).toContain(id);
	});

	test('a ring that came too early does not spoil the one that comes in time', async () => {
		const trigger = open();
		const result = await stage.generate(['A cup [callback: never]'], {
			parameters: { waitFor: 'nothing' },
		});
		const id = result.items[0]?.json.taskId;
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(0);
		await stage.time.sleep(10_000);
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(1);
	});

	test.each([
		['succeeded', 'A cup [task: failed]', 0],
		['succeeded', 'A cup', 1],
		['failed', 'A cup', 0],
		['failed', 'A cup [task: failed]', 1],
	])('only the chosen event starts it: %s, %s', async (event, prompt, runs) => {
		const id = await order(prompt);
		const trigger = open({ events: [event] });
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(runs);
	});

	test('a failed task says why', async () => {
		const id = await order('A cup [task: failed]');
		const trigger = open();
		await ring(trigger, { body: { task_id: id }, query: TOKEN });
		expect((await trigger.results())[0]?.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'failed',
			error: expect.stringMatching(/\w+/),
			imageUrl: null,
		});
	});

	test('without "Require Token" a client of one\'s own may ring', async () => {
		const id = await order('A cup');
		const trigger = open({ options: { requireToken: false } });
		await ring(trigger, { body: { task_id: id } });
		expect(trigger.runs).toHaveLength(1);
	});

	test('a credential that cannot be used is answered, and starts nothing', async () => {
		const id = await order('A cup');
		const trigger = open();
		const { apiInOneApi } = stage.engine.credentials;
		stage.engine.credentials.apiInOneApi = { apiKey: '', baseUrl: stage.sandbox.url };
		const answer = await ring(trigger, { body: { task_id: id }, query: TOKEN });
		stage.engine.credentials.apiInOneApi = apiInOneApi!;
		expect([answer.status, trigger.runs.length]).toEqual([503, 0]);
	});

	test('the token is kept beside whatever the URL says already, and another key makes another token', () => {
		const url = new URL(withToken('https://n8n.example/webhook/1/flux2?a=b', callbackToken(KEY)));
		expect(url.searchParams.get('a')).toBe('b');
		expect(url.searchParams.get('flux2_token')).toBe(callbackToken(KEY));
		expect(callbackToken(KEY)).not.toBe(callbackToken(`${KEY}x`));
		expect(url.href).not.toContain(KEY);
	});
});
