import { callbackToken } from '../../nodes/Flux2/api/callback';
import type { RunOptions } from '../engine/engine.mts';
import type { CallbackRequest } from '../engine/sendCallback.mts';
import type { WaitingExecution } from '../engine/waitingExecution.mts';
import type { Result } from '../engine/result.mts';
import { KEY, createFixture, type Fixture } from './fixture.mts';

const TEN = Array.from({ length: 10 }, (_, index) => `Bottle number ${index}`);
/** How much longer than the node's time limit n8n waits. */
const EXTRA_WAIT_MS = 90_000;
const ATTACKER = 'https://attacker.invalid/x.png';
const TOKEN = { flux2_token: callbackToken(KEY) };

/** n8n 2.x has signed resume URLs; those of 1.x can be guessed. */
describe.each([
	['2.x', true],
	['1.x', false],
])('Wait For: Callback, with the resume URLs of n8n %s', (_line, signedResumeUrls) => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture({}, { signedResumeUrls });
	});
	afterAll(async () => await fixture.close());

	const run = async (prompts: string[], options: RunOptions = {}) =>
		await fixture.generate(prompts, {
			followedBy: [{ type: 'test.pass' }],
			...options,
			parameters: { waitFor: 'callback', ...options.parameters },
		});

	const startWaiting = async (prompts: string[], options: RunOptions = {}) => {
		const result = await run(prompts, options);
		return { result, execution: fixture.engine.waiting(result) };
	};

	/** Sends a callback: its response, and the result of the execution if that was resumed. */
	const sendCallback = async (
		waiting: { result: Result; execution: WaitingExecution },
		callback: CallbackRequest = {},
	) => {
		const row = fixture.engine.executions.find(waiting.result.executionId);
		const before = row?.latestRun;
		const { status } = await waiting.execution.sendCallback({ query: TOKEN, ...callback });
		await fixture.callbacksHandled();
		const resumed = row?.latestRun !== before;
		return { status, resumed, finished: resumed ? await row?.latestRun : undefined };
	};

	test('ten items wait, and their callbacks resume them with ten images, in order, each paid for once', async () => {
		const { creates, creditsCharged } = fixture.sandbox.billing;
		const { result, execution } = await startWaiting(TEN);
		expect(result.itemsOf('Pass')).toEqual([]);
		const finished = await execution.finished();
		const items = finished.itemsOf('Pass');
		const prompts = items.map(({ json }) => fixture.sandbox.tasks.get(String(json.taskId))?.prompt);
		expect(finished.status).toBe('success');
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
		expect(fixture.sandbox.billing.creates - creates).toBe(10);
		expect(fixture.sandbox.billing.creditsCharged - creditsCharged).toBe(50);
	});

	test('after the timeout the items continue as pending, each with its task ID, and Get Task finds their images', async () => {
		const { result, execution } = await startWaiting([
			'Cup [callback: never]',
			'Jug [callback: never]',
		]);
		expect(result.waitTill?.getTime()).toBe(fixture.clock.now() + 300_000 + EXTRA_WAIT_MS);
		await fixture.clock.sleep(300_000 + EXTRA_WAIT_MS);
		const finished = await execution.expire();
		const items = finished.itemsOf('Pass');
		expect(items.map(({ json }) => json.status)).toEqual(['pending', 'pending']);
		const { creates } = fixture.sandbox.billing;
		const tasks = await fixture.engine.run({
			items: items.map(({ json }) => ({ json })),
			parameters: { operation: 'getTask', taskId: '={{ $json.taskId }}', waitUntilSettled: true },
		});
		expect(tasks.items.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect(tasks.items.map(({ json }) => json.taskId)).toEqual(
			items.map(({ json }) => json.taskId),
		);
		expect(fixture.sandbox.billing.creates).toBe(creates);
	});

	test.each([1, 20, 604_800])(
		'n8n waits 90 seconds longer than a time limit of %d seconds, so that both never end at once',
		async (timeoutSeconds) => {
			const { result, execution } = await startWaiting(['Cup'], {
				parameters: { options: { timeoutSeconds } },
			});
			expect(result.waitTill?.getTime()).toBe(
				fixture.clock.now() + timeoutSeconds * 1_000 + EXTRA_WAIT_MS,
			);
			expect(result.hints).toEqual([]);
			expect((await execution.finished()).itemsOf('Pass')[0]?.json.status).toBe('succeeded');
		},
	);

	test.each([
		[71, true],
		[69, false],
	])(
		'a callback %d seconds before n8n ends the wait resumes the execution: %s',
		async (secondsLeft, resumed) => {
			const waiting = await startWaiting(['Cup [callback: never]'], {
				parameters: { options: { timeoutSeconds: 20 } },
			});
			await fixture.clock.sleep(20_000 + EXTRA_WAIT_MS - secondsLeft * 1_000);
			expect(await sendCallback(waiting)).toMatchObject({ status: 200, resumed });
			if (resumed) return;
			const [{ json } = { json: {} }] = waiting.execution.items;
			expect(json).toMatchObject({ status: 'pending', taskId: expect.any(String) });
			await fixture.clock.sleep(secondsLeft * 1_000);
			const expired = await waiting.execution.expire();
			expect(expired.itemsOf('Pass').map((item) => item.json)).toEqual([json]);
		},
	);

	describe('which callbacks resume a waiting execution', () => {
		const body = (value: unknown): CallbackRequest => ({ body: value });
		test.each<
			[
				name: string,
				prompt: string,
				waitFirst: boolean,
				callback: (id: string) => CallbackRequest,
				status: number,
				resumed: boolean,
			]
		>([
			['valid', 'Cup [callback: never]', true, (id) => body({ task_id: id }), 200, true],
			['without a task ID', 'Cup [callback: never]', true, () => body({}), 200, true],
			['an array', 'Cup [callback: never]', true, () => body([]), 200, true],
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
		])('%s', async (_name, prompt, waitFirst, callback, status, resumed) => {
			const waiting = await startWaiting([prompt]);
			if (waitFirst) await fixture.clock.sleep(10_000);
			const taskId = String(waiting.execution.items[0]?.json.taskId);
			const response = await sendCallback(waiting, callback(taskId));
			expect([response.status, response.resumed]).toEqual([status, resumed]);
			expect(JSON.stringify(waiting.execution.items)).not.toContain('attacker');
		});

		test('a forged image URL never reaches the output, even when the task is done', async () => {
			const waiting = await startWaiting(['Cup [callback: never]']);
			await fixture.clock.sleep(10_000);
			const { finished } = await sendCallback(
				waiting,
				body({ status: 'SUCCESS', response: [ATTACKER] }),
			);
			expect(finished?.stored).not.toContain('attacker');
			expect(finished?.itemsOf('Pass')[0]?.json.imageUrl).toMatch(fixture.sandbox.url);
		});

		test('100 concurrent callbacks for 20 tasks resume it once', async () => {
			const prompts = Array.from({ length: 20 }, (_, index) => `Cup ${index} [callback: never]`);
			const waiting = await startWaiting(prompts);
			await fixture.clock.sleep(10_000);
			await Promise.all(
				Array.from({ length: 100 }, async () => await sendCallback(waiting, body({}))),
			);
			const finished = await waiting.execution.finished();
			expect(finished.itemsOf('Pass')).toHaveLength(20);
			expect(finished.runs).toHaveLength(1);
		});

		test('100 concurrent callbacks, five for each of 20 tasks, share their polls', async () => {
			const prompts = Array.from({ length: 20 }, (_, index) => `Pot ${index} [callback: never]`);
			const waiting = await startWaiting(prompts);
			await fixture.clock.sleep(10_000);
			const ids = waiting.execution.items.map(({ json }) => String(json.taskId));
			const tasks = ids.map((id) => fixture.sandbox.tasks.get(id)!);
			const before = tasks.map(({ polls }) => polls);
			await Promise.all(
				Array.from({ length: 100 }, async (_, index) => {
					await sendCallback(waiting, body({ task_id: ids[index % 20] }));
				}),
			);
			const finished = await waiting.execution.finished();
			expect(finished.itemsOf('Pass').map(({ json }) => json.status)).toEqual(
				prompts.map(() => 'succeeded'),
			);
			expect(tasks.map(({ polls }, index) => polls - before[index]!)).toEqual(prompts.map(() => 1));
		});
	});

	describe('when one of ten failed', () => {
		const prompts = TEN.map((prompt, index) => (index === 3 ? `${prompt} [task: failed]` : prompt));

		test('it is output with the nine images, with its reason and its task ID', async () => {
			const { execution } = await startWaiting(prompts, { onError: 'continueRegularOutput' });
			const items = (await execution.finished()).itemsOf('Pass');
			expect(
				items.map(({ json }) => json.status).filter((status) => status === 'succeeded'),
			).toHaveLength(9);
			expect(items[3]?.json).toEqual({
				error: expect.stringMatching(/Image generation failed/),
				errorCode: 'task-failed',
				taskId: expect.stringMatching(/_flux2$/),
				status: 'failed',
				charged: 'maybe',
				prompt: prompts[3],
				createdAt: expect.stringMatching(/^2026-/),
			});
		});

		test('it goes to the error output, with its task ID in the message', async () => {
			const { execution } = await startWaiting(prompts, { onError: 'continueErrorOutput' });
			const { outputs } = await execution.finished();
			expect(outputs.map(({ length }) => length)).toEqual([9, 1]);
			expect(outputs[1]?.[0]?.json.error).toMatch(/_flux2/);
		});

		test('the execution continues even where the node should stop, because a waiting execution cannot fail any more', async () => {
			const { execution } = await startWaiting(prompts);
			const finished = await execution.finished();
			expect(finished.status).toBe('success');
			expect(finished.itemsOf('Pass')[3]?.json).toMatchObject({ status: 'failed' });
		});
	});

	test('a task that is done before the execution starts to wait is not waited for', async () => {
		const result = await run(['Cup [task: takes 0 s]']);
		expect(result.status).toBe('success');
		expect(result.itemsOf('Pass')[0]?.json.status).toBe('succeeded');
	});

	test('a rejected create request stops the run before it waits, and the other tasks are polled until they are done', async () => {
		const result = await run(['Cup', 'Jug [create: 402]', 'Mug']);
		expect(result.status).toBe('error');
		expect(result.error?.message).toMatch(/enough credits/);
		const created = [...fixture.sandbox.tasks.values()]
			.slice(-2)
			.filter(({ prompt }) => /^(Cup|Mug)$/.test(prompt));
		for (const task of created) expect(result.error?.description).toContain(task.id);
	});

	test('file names and output fields set by expression are kept while it waits', async () => {
		const result = await fixture.engine.run({
			items: [{ json: { prompt: 'Cup', sku: 'cup-7' } }],
			parameters: {
				prompt: '={{ $json.prompt }}',
				waitFor: 'callback',
				outputField: '={{ $json.sku }}',
				options: { fileName: '={{ $json.sku }}' },
			},
		});
		const finished = await fixture.engine.waiting(result).finished();
		expect(finished.items[0]?.binary?.['cup-7']?.fileName).toBe('cup-7.png');
	});

	test('a credential that cannot be used any more does not end the waiting execution', async () => {
		const waiting = await startWaiting(['Cup [callback: never]']);
		await fixture.clock.sleep(10_000);
		const { apiInOneApi } = fixture.engine.credentials;
		fixture.engine.credentials.apiInOneApi = { apiKey: '', baseUrl: fixture.sandbox.url };
		const response = await sendCallback(waiting);
		fixture.engine.credentials.apiInOneApi = apiInOneApi!;
		expect([response.status, response.resumed]).toEqual([503, false]);
		expect((await sendCallback(waiting)).resumed).toBe(true);
	});

	test('a task that is done without an image is asked for again, and fails the second time', async () => {
		const waiting = await startWaiting(['Cup [callback: never] [task: done without image]']);
		await fixture.clock.sleep(10_000);
		expect(await sendCallback(waiting)).toMatchObject({ status: 503, resumed: false });
		const { finished, ...second } = await sendCallback(waiting);
		expect(second).toEqual({ status: 200, resumed: true });
		expect(finished?.itemsOf('Pass').map(({ json }) => json)).toMatchObject([
			{
				status: 'unknown',
				errorCode: 'no-image',
				charged: 'yes',
				taskId: expect.stringMatching(/_flux2$/),
				prompt: 'Cup [callback: never] [task: done without image]',
			},
		]);
	});

	test('a token made from an API key that was replaced meanwhile stays valid', async () => {
		const waiting = await startWaiting(['Cup [callback: never]']);
		await fixture.clock.sleep(10_000);
		const { credentials } = fixture.engine;
		const { apiInOneApi } = credentials;
		const newKey = `${KEY}_new`;
		credentials.apiInOneApi = { ...apiInOneApi, apiKey: newKey };
		const wrong = await sendCallback(waiting, { query: { flux2_token: 'x' } });
		const tokens = [KEY, newKey].map((key) => ({ flux2_token: callbackToken(key) }));
		const statuses: number[] = [];
		for (const query of tokens) statuses.push((await sendCallback(waiting, { query })).status);
		credentials.apiInOneApi = apiInOneApi!;
		expect(wrong.status).toBe(401);
		// The sandbox does not know the new key, so the task cannot be read; both tokens are accepted.
		expect(statuses).toEqual([503, 503]);
		expect((await sendCallback(waiting)).resumed).toBe(true);
	});

	const severalImages = { parameters: { options: { numberOfImages: 2 } } };
	test.each<[where: string, options: RunOptions, reason: RegExp]>([
		['in engine v2', { settings: { engineType: 'v2' } as never }, /this workflow engine cannot/],
		['with Execute Once', { executeOnce: true }, /Execute Once cannot/],
		['with several images per item', severalImages, /several images per item cannot/],
	])('%s the node polls instead and says so', async (_where, options, reason) => {
		const result = await run(['Cup'], options);
		expect(result.status).toBe('success');
		expect(result.items.map(({ json }) => json.status)).not.toContain('pending');
		expect(result.items[0]?.json.status).toBe('succeeded');
		expect(result.hints[0]?.message).toMatch(reason);
		expect(result.hints[0]?.message).toMatch(/^The node polled for the images instead/);
	});

	test('in a sub-workflow it waits only where n8n can hand the images to the parent', async () => {
		const result = await run(['Cup'], { mode: 'integrated' });
		expect(result.status).toBe(signedResumeUrls ? 'waiting' : 'success');
		if (signedResumeUrls) await fixture.engine.waiting(result).finished();
		else {
			expect(result.items[0]?.json.status).toBe('succeeded');
			expect(result.hints[0]?.message).toMatch(/a sub-workflow cannot wait for a callback/);
		}
	});
});

describe('Wait For: Callback on an n8n that the service cannot reach', () => {
	test('is rejected before anything is sent, and the error says what to set', async () => {
		const fixture = await createFixture();
		fixture.engine.credentials.apiInOneApi = { apiKey: KEY, baseUrl: 'https://apiin.one.invalid' };
		const result = await fixture.generate(['Cup'], { parameters: { waitFor: 'callback' } });
		expect(result.error?.message).toMatch(/cannot call back/);
		expect(result.error?.description).toMatch(/WEBHOOK_URL/);
		expect(fixture.sandbox.requests).toHaveLength(0);
		await fixture.close();
	});
});
