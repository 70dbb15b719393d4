import { callbackToken, withToken } from '../../nodes/Flux2/api/callback';
import type { CallbackRequest } from '../engine/sendCallback.mts';
import type { Trigger } from '../engine/trigger.mts';
import { KEY, createFixture, type Fixture } from './fixture.mts';

const TRIGGER = 'n8n-nodes-flux2.flux2Trigger';
const ATTACKER = 'https://attacker.invalid/x.png';
const TOKEN = { flux2_token: callbackToken(KEY) };

describe('Flux 2 Trigger', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const createTrigger = (parameters = {}): Trigger =>
		fixture.engine.trigger({ type: TRIGGER, parameters });

	const sendCallback = async (trigger: Trigger, callback: CallbackRequest) => {
		const response = await trigger.sendCallback(callback);
		await fixture.callbacksHandled();
		return response;
	};

	/** Creates a task and returns its ID. After that it is done, unless the prompt says otherwise. */
	const createTask = async (prompt: string): Promise<string> => {
		const result = await fixture.generate([prompt], { parameters: { waitFor: 'nothing' } });
		await fixture.clock.sleep(10_000);
		return String(result.items[0]?.json.taskId);
	};

	test('a task created with the trigger URL as callback starts the workflow with its image, without the user copying a token', async () => {
		const trigger = createTrigger();
		const result = await fixture.generate(['A bottle'], {
			parameters: { waitFor: 'nothing', callbackUrl: trigger.url },
		});
		expect(result.items[0]?.json).toMatchObject({ status: 'pending', imageUrl: null });
		await fixture.clock.sleep(10_000);
		await fixture.callbacksHandled();
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

	test('the image file is stored under its own execution, so that no other execution can delete it', async () => {
		const id = await createTask('A cup');
		const trigger = createTrigger();
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		const [run] = trigger.runs;
		// n8n stores the files of a trigger under "temp" until its execution has started.
		expect(run?.items[0]?.binary).toBeUndefined();
		const [item] = (await run!.result).items;
		expect(item?.binary?.data?.id).toContain(`/executions/${run!.executionId}/`);
		expect((await fixture.engine.readFile(item?.binary?.data)).length).toBeGreaterThan(100);
	});

	test.each([
		[{ download: false }, []],
		[{ outputField: '=of_{{ $json.taskId }}' }, ['of_ID']],
	])('the parameters of the trigger apply: %j', async (parameters, fields) => {
		const id = await createTask('A cup');
		const trigger = createTrigger(parameters);
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		const [item] = (await trigger.results())[0]!.items;
		expect(item?.json).toMatchObject({ taskId: id, status: 'succeeded' });
		expect(Object.keys(item?.binary ?? {})).toEqual(fields.map((name) => name.replace('ID', id)));
	});

	test('an image that cannot be downloaded still starts the workflow, with its URL and the reason', async () => {
		const id = await createTask('A cup [image: 404]');
		const trigger = createTrigger();
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		await fixture.clock.sleep(10_000);
		const [result] = await trigger.results();
		expect(result?.status).toBe('success');
		expect(result?.items[0]?.binary).toBeUndefined();
		expect(result?.items[0]?.json).toMatchObject({
			imageUrl: expect.stringMatching(fixture.sandbox.url),
			downloadError: expect.stringContaining('could not be downloaded'),
		});
	});

	test('a callback for two tasks of which one cannot be read delivers one at once, and the other with the next callback', async () => {
		const good = await createTask('A cup');
		const late = await createTask('A cup [poll: 500 once]');
		const trigger = createTrigger();
		const both = { body: [{ task_id: good }, { task_id: late }], query: TOKEN };
		expect((await sendCallback(trigger, both)).status).toBe(503);
		expect((await sendCallback(trigger, both)).status).toBe(200);
		const results = await trigger.results();
		expect(results.map(({ items }) => items.map(({ json }) => json.taskId))).toEqual([
			[good],
			[late],
		]);
	});

	describe('how many executions a callback starts, and its response', () => {
		type Row = [
			name: string,
			prompt: string,
			callback: (id: string) => CallbackRequest,
			runs: number,
			status: number,
		];
		const body = (value: unknown): CallbackRequest => ({ body: value, query: TOKEN });
		const rows: Row[] = [
			['valid, as an object', 'A cup', (id) => body({ task_id: id }), 1, 200],
			[
				'valid, wrapped in data',
				'A cup',
				(id) => body({ code: 200, data: { taskId: id } }),
				1,
				200,
			],
			['valid, an array', 'A cup', (id) => body([{ id }]), 1, 200],
			['valid, data is an array', 'A cup', (id) => body({ data: [{ task_id: id }] }), 1, 200],
			[
				'valid, task ID only in the query',
				'A cup',
				(id) => ({ query: { ...TOKEN, task_id: id } }),
				1,
				200,
			],
			[
				'valid, as text',
				'A cup',
				(id) => ({
					rawBody: JSON.stringify({ task_id: id }),
					headers: { 'content-type': 'text/plain' },
					query: TOKEN,
				}),
				1,
				200,
			],
			['valid, for a failed task', 'A cup [task: failed]', (id) => body({ task_id: id }), 1, 200],
			['without a token', 'A cup', (id) => ({ body: { task_id: id } }), 0, 401],
			[
				'with a wrong token',
				'A cup',
				(id) => ({ body: { task_id: id }, query: { flux2_token: 'x' } }),
				0,
				401,
			],
			[
				'with the API key as token',
				'A cup',
				(id) => ({ body: { task_id: id }, query: { flux2_token: KEY } }),
				0,
				401,
			],
			['for an unknown task', 'A cup', () => body({ task_id: 'n41nobody' }), 0, 200],
			[
				'for a task still in progress',
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
		test.each(rows)('%s', async (_name, prompt, callback, runs, status) => {
			const id = await createTask(prompt);
			const trigger = createTrigger();
			const response = await sendCallback(trigger, callback(id));
			await trigger.results();
			expect([response.status, trigger.runs.length]).toEqual([status, runs]);
		});
	});

	test("a forged callback with an attacker's image URL delivers the real image or nothing", async () => {
		const id = await createTask('A cup');
		const trigger = createTrigger();
		await sendCallback(trigger, {
			body: { task_id: id, status: 'SUCCESS', response: [ATTACKER] },
			query: TOKEN,
		});
		const [started] = await trigger.results();
		expect(started?.stored).not.toContain('attacker');
		expect(started?.items[0]?.json.imageUrl).toMatch(fixture.sandbox.url);
	});

	test('100 concurrent callbacks for 20 tasks start 20 executions', async () => {
		const prompts = Array.from({ length: 20 }, (_, index) => `Cup ${index}`);
		const created = await fixture.generate(prompts, { parameters: { waitFor: 'nothing' } });
		await fixture.clock.sleep(10_000);
		const trigger = createTrigger();
		const ids = created.items.map(({ json }) => String(json.taskId));
		const callbackIds = Array.from({ length: 100 }, (_, index) => ids[index % 20]);
		const responses = await Promise.all(
			callbackIds.map(
				async (id) => await sendCallback(trigger, { body: { task_id: id }, query: TOKEN }),
			),
		);
		const results = await trigger.results();
		expect(responses.every(({ status }) => status === 200)).toBe(true);
		expect(new Set(results.map(({ items }) => items[0]?.json.taskId)).size).toBe(20);
		expect(results).toHaveLength(20);
	});

	test('a delivered task is not delivered again after n8n has restarted', async () => {
		const id = await createTask('A cup');
		const trigger = createTrigger();
		trigger.staticData = { 'node:Flux 2 Trigger': { delivered: [id] } };
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(0);
	});

	test('the list of delivered tasks has at most 500 entries', async () => {
		const id = await createTask('A cup');
		const trigger = createTrigger();
		const old = Array.from({ length: 500 }, (_, index) => `task-${index}`);
		trigger.staticData = { 'node:Flux 2 Trigger': { delivered: old } };
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.nodeStaticData.delivered).toHaveLength(500);
		expect(trigger.nodeStaticData.delivered).toContain(id);
	});

	test('a callback that comes too early does not block the one that comes in time', async () => {
		const trigger = createTrigger();
		const result = await fixture.generate(['A cup [callback: never]'], {
			parameters: { waitFor: 'nothing' },
		});
		const id = result.items[0]?.json.taskId;
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(0);
		await fixture.clock.sleep(10_000);
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(1);
	});

	test.each([
		['succeeded', 'A cup [task: failed]', 0],
		['succeeded', 'A cup', 1],
		['failed', 'A cup', 0],
		['failed', 'A cup [task: failed]', 1],
	])('only the selected event starts the workflow: %s, %s', async (event, prompt, runs) => {
		const id = await createTask(prompt);
		const trigger = createTrigger({ events: [event] });
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect(trigger.runs).toHaveLength(runs);
	});

	test('a failed task comes with its reason', async () => {
		const id = await createTask('A cup [task: failed]');
		const trigger = createTrigger();
		await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect((await trigger.results())[0]?.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'failed',
			error: expect.stringMatching(/Image generation failed: The model could not/),
			errorCode: 'task-failed',
			charged: 'maybe',
			imageUrl: null,
		});
	});

	test('a task that is done without an image is asked for again, and delivered as a failure the second time', async () => {
		const id = await createTask('A cup [task: done without image]');
		const trigger = createTrigger();
		const first = await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect([first.status, trigger.runs.length]).toEqual([503, 0]);
		const second = await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		expect([second.status, trigger.runs.length]).toEqual([200, 1]);
		expect((await trigger.results())[0]?.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'unknown',
			errorCode: 'no-image',
			charged: 'yes',
			imageUrl: null,
		});
	});

	test('without "Require Token" any client can start the workflow', async () => {
		const id = await createTask('A cup');
		const trigger = createTrigger({ options: { requireToken: false } });
		await sendCallback(trigger, { body: { task_id: id } });
		expect(trigger.runs).toHaveLength(1);
	});

	test('with a credential that cannot be used the response is 503, and nothing starts', async () => {
		const id = await createTask('A cup');
		const trigger = createTrigger();
		const { apiInOneApi } = fixture.engine.credentials;
		fixture.engine.credentials.apiInOneApi = { apiKey: '', baseUrl: fixture.sandbox.url };
		const response = await sendCallback(trigger, { body: { task_id: id }, query: TOKEN });
		fixture.engine.credentials.apiInOneApi = apiInOneApi!;
		expect([response.status, trigger.runs.length]).toEqual([503, 0]);
	});

	test('the token is added to the existing query of the URL, and differs for each key', () => {
		const url = new URL(withToken('https://n8n.example/webhook/1/flux2?a=b', callbackToken(KEY)));
		expect(url.searchParams.get('a')).toBe('b');
		expect(url.searchParams.get('flux2_token')).toBe(callbackToken(KEY));
		expect(callbackToken(KEY)).not.toBe(callbackToken(`${KEY}x`));
		expect(url.href).not.toContain(KEY);
	});
});
