import { createFixture, type Fixture } from './fixture.mts';

describe('Generate', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const createRequests = () =>
		fixture.sandbox.requests.filter(({ route }) => route === 'create').length;

	test('a prompt becomes an image with its file, its price and its task ID', async () => {
		const startedAt = fixture.clock.now();
		const result = await fixture.generate(['A red bicycle']);
		const [item] = result.items;
		expect(result.error).toBeUndefined();
		expect(item?.json).toEqual({
			taskId: expect.stringMatching(/_flux2$/),
			status: 'succeeded',
			providerStatus: 'SUCCESS',
			imageUrl: expect.stringMatching(/^http.*\.png$/),
			imageUrls: [item?.json.imageUrl],
			creditsEstimated: 5,
			creditsCharged: 5,
			mode: 'pro',
			resolution: '1K',
			aspectRatio: '1:1',
			prompt: 'A red bicycle',
			createdAt: new Date(startedAt).toISOString(),
			charged: 'yes',
		});
		expect(item?.binary?.data).toMatchObject({
			mimeType: 'image/png',
			fileName: `flux2-${String(item?.json.taskId)}.png`,
		});
		expect(result.hints).toMatchObject([{ message: '1 image, estimated cost 5 credits' }]);
	});

	test('mode, resolution and aspect ratio are sent to the service, and determine the price', async () => {
		const result = await fixture.generate(['A poster'], {
			parameters: { mode: 'flex', resolution: '2K', aspectRatio: '9:16' },
		});
		const task = fixture.sandbox.tasks.get(String(result.items[0]?.json.taskId));
		expect(task?.body).toEqual({
			model: 'flux-2',
			prompt: 'A poster',
			type: 'flex',
			resolution: '2K',
			aspect_ratio: '9:16',
		});
		expect(result.items[0]?.json).toMatchObject({ creditsEstimated: 24, creditsCharged: 24 });
	});

	test('twenty items become twenty images concurrently, in order, each paired with its item', async () => {
		const prompts = Array.from({ length: 20 }, (_, index) => `Shoe ${index}`);
		const startedAt = fixture.clock.now();
		const result = await fixture.generate(prompts);
		const imagePrompts = result.items.map(
			({ json }) => fixture.sandbox.tasks.get(String(json.taskId))?.prompt,
		);
		expect(imagePrompts).toEqual(prompts);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			prompts.map((_, item) => ({ item })),
		);
		expect(fixture.clock.now() - startedAt).toBeLessThan(15_000);
		expect(result.hints).toMatchObject([{ message: '20 images, estimated cost 100 credits' }]);
	});

	test('several images of one task become data, data_1 and so on', async () => {
		const result = await fixture.generate(['Cats [task: three images]'], {
			parameters: { outputField: 'cat', options: { fileName: 'cat-of-{taskId}' } },
		});
		const [item] = result.items;
		expect(Object.keys(item?.binary ?? {})).toEqual(['cat', 'cat_1', 'cat_2']);
		expect(item?.json.imageUrls).toHaveLength(3);
		expect(item?.binary?.cat_2?.fileName).toBe(`cat-of-${String(item?.json.taskId)}_2.png`);
	});

	test('without download the item has the URL and no file', async () => {
		const result = await fixture.generate(['A cup'], { parameters: { download: false } });
		expect(result.items[0]?.binary).toBeUndefined();
		expect(result.items[0]?.json.imageUrl).toMatch(/^http/);
	});

	test('Wait For: Nothing returns the task ID at once', async () => {
		const startedAt = fixture.clock.now();
		const result = await fixture.generate(['A cup'], { parameters: { waitFor: 'nothing' } });
		expect(result.items[0]?.json).toMatchObject({
			status: 'pending',
			imageUrl: null,
			imageUrls: [],
		});
		expect(fixture.clock.now() - startedAt).toBeLessThan(1_000);
		expect(result.hints).toMatchObject([
			{ message: '1 image in progress, estimated cost 5 credits' },
		]);
	});

	describe('an execution that n8n starts a second time', () => {
		test('sends nothing again, and says where the images of the first run are', async () => {
			const first = await fixture.generate(['A kettle', 'A whisk']);
			const before = createRequests();
			const second = await fixture.engine.restart(first);
			expect(createRequests()).toBe(before);
			expect(second.executionId).toBe(first.executionId);
			expect(second.error?.message).toBe(
				'n8n restarted this execution, so no image was generated again',
			);
			for (const words of ['Flux 2 created task', 'Get Task', 'may have been charged'])
				expect(second.error?.description).toContain(words);
			const named = first.logs.map(({ message }) => message).join('\n');
			for (const { json } of first.items) expect(named).toContain(`task ${String(json.taskId)}`);
		});

		test('creates a new image when a person presses Retry', async () => {
			const first = await fixture.generate(['A ladle']);
			const second = await fixture.engine.restart(first);
			const before = createRequests();
			const retried = await fixture.engine.retry(second);
			expect(retried.items[0]?.json.status).toBe('succeeded');
			expect(createRequests()).toBe(before + 1);
		});

		test('outputs the error for each of its items where the node continues on fail', async () => {
			const first = await fixture.generate(['A pan', 'A lid'], {
				onError: 'continueRegularOutput',
			});
			const before = createRequests();
			const second = await fixture.engine.restart(first);
			expect(second.items.map(({ json }) => json)).toEqual(
				Array(2).fill({
					error: expect.stringContaining('n8n restarted this execution'),
					errorCode: 'restarted',
					status: 'unknown',
					charged: 'maybe',
				}),
			);
			expect(createRequests()).toBe(before);
		});

		test.each(['nothing', 'callback'])('sends nothing again with Wait For: %s', async (waitFor) => {
			const first = await fixture.generate(['A spoon'], { parameters: { waitFor } });
			const before = createRequests();
			const second = await fixture.engine.restart(first);
			expect(second.error?.message).toContain('restarted this execution');
			expect(createRequests()).toBe(before);
		});

		test('is detected for each of twenty that ran concurrently', async () => {
			const { engine } = fixture;
			const one = await fixture.generate(['A fork']);
			const others = Array.from({ length: 19 }, async () => await engine.runAgain(one));
			const firsts = [one, ...(await Promise.all(others))];
			expect(firsts.map(({ status }) => status)).toEqual(firsts.map(() => 'success'));
			const before = createRequests();
			const seconds = await Promise.all(firsts.map(async (first) => await engine.restart(first)));
			expect(seconds.map(({ status }) => status)).toEqual(firsts.map(() => 'error'));
			expect(createRequests()).toBe(before);
		});
	});

	describe('a retry of a stopped execution, of which n8n stores nothing', () => {
		const stopped = async (prompt: string) => {
			const running = fixture.engine.run({
				items: [{ json: { prompt } }],
				parameters: { prompt: '={{ $json.prompt }}' },
			});
			await fixture.clock.sleep(2_000);
			return await running.cancel();
		};

		test('sends nothing again, and says where the image is', async () => {
			const first = await stopped('A jug');
			const before = createRequests();
			const retried = await fixture.engine.retry(first);
			expect(createRequests()).toBe(before);
			expect(retried.error?.message).toBe(
				'The execution you retried was interrupted, so no image was generated again',
			);
			expect(retried.error?.description).toContain('Get Task');
		});

		test('creates the image when the person retries the retry', async () => {
			const first = await stopped('A bowl');
			const before = createRequests();
			const retriedTwice = await fixture.engine.retry(await fixture.engine.retry(first));
			expect(retriedTwice.items[0]?.json.status).toBe('succeeded');
			expect(createRequests()).toBe(before + 1);
		});

		test('creates the image at once where the first execution failed before it had sent anything', async () => {
			const { credentials } = fixture.engine;
			const { apiInOneApi } = credentials;
			credentials.apiInOneApi = { ...apiInOneApi, apiKey: '' };
			const first = await fixture.generate(['A vase']);
			credentials.apiInOneApi = apiInOneApi!;
			expect(first.error?.message).toContain('no API key');
			const retried = await fixture.engine.retry(first);
			expect(retried.items[0]?.json.status).toBe('succeeded');
		});
	});

	describe('invalid input is rejected before anything is sent', () => {
		const nine = Array.from({ length: 9 }, (_, index) => `https://shop.example/${index}.jpg`);
		test.each<[string, object, RegExp]>([
			['a prompt that is too short', { prompt: 'ab' }, /too short/],
			['an expression without a value', { prompt: '={{ $json.nothing }}' }, /prompt is/],
			['auto without a reference image', { aspectRatio: 'auto' }, /needs a reference image/],
			['an invalid aspect ratio', { aspectRatio: '=wide' }, /aspect ratio "wide"/],
			[
				'nine reference images',
				{ referenceImages: { image: [{ from: 'url', url: `={{ ${JSON.stringify(nine)} }}` }] } },
				/Too many reference images: 9/,
			],
			[
				'a missing binary field',
				{ referenceImages: { image: [{ from: 'binary', field: 'photo' }] } },
				/no file in the binary field "photo"/,
			],
			['an invalid callback URL', { callbackUrl: 'my trigger' }, /callback URL/],
			[
				'a Max Concurrent Images that is not a number',
				{ options: { maxParallel: '={{ "many" }}' } },
				/Max Concurrent Images/,
			],
			[
				'more credits than allowed',
				{ options: { maxCredits: 4 } },
				/cost of 5 credits exceeds Max Credits \(4\)/,
			],
		])('%s', async (_name, parameters, message) => {
			const before = createRequests();
			const result = await fixture.generate(['A good prompt'], { parameters: parameters as never });
			expect(result.error?.message).toMatch(message);
			expect(createRequests()).toBe(before);
		});

		test('one invalid item of three stops the run before the others are sent, and the error names it', async () => {
			const before = createRequests();
			const result = await fixture.generate(['A cup', 'x', 'A jug']);
			expect(result.error).toMatchObject({
				message: expect.stringMatching(/too short/),
				description: expect.stringMatching(/Nothing was charged/),
				context: { itemIndex: 1 },
			});
			expect(createRequests()).toBe(before);
		});

		test('with "continue on fail" the valid ones become images', async () => {
			const result = await fixture.generate(['A cup', 'x', 'A jug'], {
				onError: 'continueRegularOutput',
			});
			expect(result.items.map(({ json }) => json.status)).toEqual([
				'succeeded',
				'failed',
				'succeeded',
			]);
			expect(result.items[1]?.json.error).toMatch(/too short.*Nothing was charged/s);
		});
	});

	test('the error output gets the failed items, with their input fields and their task ID', async () => {
		const result = await fixture.generate(
			[
				{ prompt: 'A cup', sku: 1 },
				{ prompt: 'A jug [task: failed]', sku: 2 },
			],
			{ onError: 'continueErrorOutput' },
		);
		const [succeeded, failed] = result.outputs;
		expect(succeeded?.map(({ json }) => json.status)).toEqual(['succeeded']);
		expect(failed).toHaveLength(1);
		expect(failed?.[0]?.json).toEqual({
			prompt: 'A jug [task: failed]',
			sku: 2,
			status: 'failed',
			taskId: expect.stringMatching(/_flux2$/),
			error: expect.stringMatching(/Image generation failed/),
			errorCode: 'task-failed',
			charged: 'maybe',
			createdAt: expect.stringMatching(/^2026-/),
		});
	});

	test('Retry On Fail continues with the created tasks, and creates only the failed one again', async () => {
		const { creates: before, balance } = fixture.sandbox.billing;
		const result = await fixture.generate(['A cup', 'A retried jug [task: failed once]', 'A mug'], {
			retryOnFail: true,
			maxTries: 2,
		});
		expect(result.error).toBeUndefined();
		expect(result.items.map(({ json }) => json.status)).toEqual(Array(3).fill('succeeded'));
		expect(fixture.sandbox.billing.creates - before).toBe(4);
		expect(balance - fixture.sandbox.billing.balance).toBe(15);
	});

	test('a credential with an http base URL is rejected with a clear message', async () => {
		const { apiInOneApi } = fixture.engine.credentials;
		fixture.engine.credentials.apiInOneApi = { ...apiInOneApi, baseUrl: 'http://apiin.one' };
		const result = await fixture.generate(['A cup']);
		fixture.engine.credentials.apiInOneApi = apiInOneApi!;
		expect(result.error?.message).toMatch(/must start with https:\/\//);
	});
});

describe('Get Task', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const createTask = async (prompt: string) => {
		const result = await fixture.generate([prompt], { parameters: { waitFor: 'nothing' } });
		return String(result.items[0]?.json.taskId);
	};
	const getTasks = async (ids: string[], parameters = {}, options = {}) =>
		await fixture.engine.run({
			items: ids.map((id) => ({ json: { id } })),
			parameters: { operation: 'getTask', taskId: '={{ $json.id }}', ...parameters },
			...options,
		});

	test('returns a task as it is now', async () => {
		const id = await createTask('A cup');
		const now = await getTasks([id]);
		expect(now.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'pending',
			providerStatus: 'IN_PROGRESS',
		});
		await fixture.clock.sleep(10_000);
		const later = await getTasks([id]);
		expect(later.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'succeeded',
			creditsCharged: 5,
		});
		expect(later.items[0]?.binary?.data?.mimeType).toBe('image/png');
	});

	test('waits until all tasks are done, ten as quickly as one', async () => {
		const ids = await Promise.all(
			Array.from({ length: 10 }, async (_, index) => await createTask(`Cup ${index}`)),
		);
		const startedAt = fixture.clock.now();
		const result = await getTasks(ids, { waitUntilSettled: true });
		expect(result.items.map(({ json }) => [json.taskId, json.status])).toEqual(
			ids.map((id) => [id, 'succeeded']),
		);
		expect(fixture.clock.now() - startedAt).toBeLessThan(12_000);
	});

	test('an error at the time limit names the task and says that getting it again is free', async () => {
		const ids = [await createTask('A cup [task: never]'), await createTask('A mug [task: never]')];
		const waits = { waitUntilSettled: true, options: { timeoutSeconds: 10 } };
		const one = await getTasks(ids.slice(0, 1), waits);
		expect(one.error?.message).toBe(`The image was not ready after 10 seconds (task ${ids[0]})`);
		expect(one.error?.description).toMatch(/^Run Get Task again later: it is free/);
		const two = await getTasks(ids, waits);
		for (const { error } of [one, two]) {
			expect(error?.description).toMatch(/free and generates no new image/);
			expect(error?.description).not.toMatch(/charge|separate workflow|generates new images/);
		}
		for (const id of ids) expect(two.error?.description).toContain(id);
	});

	test('a failed task is an error with its reason, never a silent success', async () => {
		const id = await createTask('A cup [task: failed]');
		await fixture.clock.sleep(10_000);
		const result = await getTasks([id]);
		expect(result.error?.message).toMatch(new RegExp(`Image generation failed: .*${id}`));
		const continued = await getTasks([id], {}, { onError: 'continueRegularOutput' });
		expect(continued.items[0]?.json).toMatchObject({ status: 'failed', taskId: id });
	});

	test('an unknown and an empty task ID are errors that say so', async () => {
		expect((await getTasks(['n41nobody'])).error?.message).toMatch(
			/Task not found \(task n41nobody\)/,
		);
		expect((await getTasks([''], {}, {})).error?.message).toMatch(/task ID is empty/i);
	});
});
