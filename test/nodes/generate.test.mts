import { openStage, type Stage } from './stage.mts';

describe('Generate', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	const creates = () => stage.sandbox.requests.filter(({ route }) => route === 'create').length;

	test('a prompt becomes an image with its file, its price and its task', async () => {
		const result = await stage.generate(['A red bicycle']);
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
		});
		expect(item?.binary?.data).toMatchObject({
			mimeType: 'image/png',
			fileName: `flux2-${String(item?.json.taskId)}.png`,
		});
		expect(result.hints).toMatchObject([{ message: '1 image, 5 credits by the price list' }]);
	});

	test('mode, resolution and ratio reach the service, and the price follows them', async () => {
		const result = await stage.generate(['A poster'], {
			parameters: { mode: 'flex', resolution: '2K', aspectRatio: '9:16' },
		});
		const task = stage.sandbox.tasks.get(String(result.items[0]?.json.taskId));
		expect(task?.body).toEqual({
			model: 'flux-2',
			prompt: 'A poster',
			type: 'flex',
			resolution: '2K',
			aspect_ratio: '9:16',
		});
		expect(result.items[0]?.json).toMatchObject({ creditsEstimated: 24, creditsCharged: 24 });
	});

	test('twenty items become twenty images at the same time, in order, each paired with its item', async () => {
		const prompts = Array.from({ length: 20 }, (_, index) => `Shoe ${index}`);
		const began = stage.time.now();
		const result = await stage.generate(prompts);
		const made = result.items.map(
			({ json }) => stage.sandbox.tasks.get(String(json.taskId))?.prompt,
		);
		expect(made).toEqual(prompts);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			prompts.map((_, item) => ({ item })),
		);
		expect(stage.time.now() - began).toBeLessThan(15_000);
		expect(result.hints).toMatchObject([{ message: '20 images, 100 credits by the price list' }]);
	});

	test('several images of one task become data, data_1 and so on', async () => {
		const result = await stage.generate(['Cats [task: three images]'], {
			parameters: { outputField: 'cat', options: { fileName: 'cat-of-{taskId}' } },
		});
		const [item] = result.items;
		expect(Object.keys(item?.binary ?? {})).toEqual(['cat', 'cat_1', 'cat_2']);
		expect(item?.json.imageUrls).toHaveLength(3);
		expect(item?.binary?.cat_2?.fileName).toBe(`cat-of-${String(item?.json.taskId)}_2.png`);
	});

	test('without download the item has the URL and no file', async () => {
		const result = await stage.generate(['A cup'], { parameters: { download: false } });
		expect(result.items[0]?.binary).toBeUndefined();
		expect(result.items[0]?.json.imageUrl).toMatch(/^http/);
	});

	test('Wait For: Nothing gives the task ID at once', async () => {
		const began = stage.time.now();
		const result = await stage.generate(['A cup'], { parameters: { waitFor: 'nothing' } });
		expect(result.items[0]?.json).toMatchObject({
			status: 'pending',
			imageUrl: null,
			imageUrls: [],
		});
		expect(stage.time.now() - began).toBeLessThan(1_000);
		expect(result.hints).toMatchObject([
			{ message: '1 task not ready yet, 5 credits by the price list' },
		]);
	});

	describe('an execution that n8n begins a second time', () => {
		test('orders nothing again, and says where the images of the first time are', async () => {
			const first = await stage.generate(['A kettle', 'A whisk']);
			const before = creates();
			const second = await stage.engine.beginAgain(first);
			expect(creates()).toBe(before);
			expect(second.executionId).toBe(first.executionId);
			expect(second.error?.message).toBe(
				'n8n has begun this execution a second time, so nothing was ordered again',
			);
			for (const words of ['Flux 2 ordered task', 'Get Task', 'may have been charged'])
				expect(second.error?.description).toContain(words);
			const named = first.logs.map(({ message }) => message).join('\n');
			for (const { json } of first.items) expect(named).toContain(`task ${String(json.taskId)}`);
		});

		test('is ordered again when a person presses Retry', async () => {
			const first = await stage.generate(['A ladle']);
			const second = await stage.engine.beginAgain(first);
			const before = creates();
			const retried = await stage.engine.retry(second);
			expect(retried.items[0]?.json.status).toBe('succeeded');
			expect(creates()).toBe(before + 1);
		});

		test('gives an item with the error for each of its items where the node goes on', async () => {
			const first = await stage.generate(['A pan', 'A lid'], { onError: 'continueRegularOutput' });
			const before = creates();
			const second = await stage.engine.beginAgain(first);
			expect(second.items.map(({ json }) => json.error)).toEqual([
				expect.stringContaining('a second time'),
				expect.stringContaining('a second time'),
			]);
			expect(creates()).toBe(before);
		});

		test.each(['nothing', 'callback'])('nor does it with Wait For: %s', async (waitFor) => {
			const first = await stage.generate(['A spoon'], { parameters: { waitFor } });
			const before = creates();
			const second = await stage.engine.beginAgain(first);
			expect(second.error?.message).toContain('a second time');
			expect(creates()).toBe(before);
		});

		test('is noticed for each of twenty that ran at the same time', async () => {
			const { engine } = stage;
			const one = await stage.generate(['A fork']);
			const others = Array.from({ length: 19 }, async () => await engine.runAnew(one));
			const firsts = [one, ...(await Promise.all(others))];
			expect(firsts.map(({ status }) => status)).toEqual(firsts.map(() => 'success'));
			const before = creates();
			const seconds = await Promise.all(
				firsts.map(async (first) => await engine.beginAgain(first)),
			);
			expect(seconds.map(({ status }) => status)).toEqual(firsts.map(() => 'error'));
			expect(creates()).toBe(before);
		});
	});

	describe('a retry of an execution that was stopped, of which n8n keeps nothing', () => {
		const stopped = async (prompt: string) => {
			const running = stage.engine.run({
				items: [{ json: { prompt } }],
				parameters: { prompt: '={{ $json.prompt }}' },
			});
			await stage.time.sleep(2_000);
			return await running.cancel();
		};

		test('orders nothing again, and says where the image is', async () => {
			const first = await stopped('A jug');
			const before = creates();
			const retried = await stage.engine.retry(first);
			expect(creates()).toBe(before);
			expect(retried.error?.message).toBe(
				'The execution that you retry was cut off, so nothing was ordered again',
			);
			expect(retried.error?.description).toContain('Get Task');
		});

		test('orders when the person insists and retries the retry', async () => {
			const first = await stopped('A bowl');
			const before = creates();
			const insisted = await stage.engine.retry(await stage.engine.retry(first));
			expect(insisted.items[0]?.json.status).toBe('succeeded');
			expect(creates()).toBe(before + 1);
		});

		test('orders at once where the first one failed before it had ordered', async () => {
			const { credentials } = stage.engine;
			const { apiInOneApi } = credentials;
			credentials.apiInOneApi = { ...apiInOneApi, apiKey: '' };
			const first = await stage.generate(['A vase']);
			credentials.apiInOneApi = apiInOneApi!;
			expect(first.error?.message).toContain('no API key');
			const retried = await stage.engine.retry(first);
			expect(retried.items[0]?.json.status).toBe('succeeded');
		});
	});

	describe('bad input is refused before anything is ordered', () => {
		const nine = Array.from({ length: 9 }, (_, index) => `https://shop.example/${index}.jpg`);
		test.each<[string, object, RegExp]>([
			['a prompt that is too short', { prompt: 'ab' }, /too short/],
			['an expression that found nothing', { prompt: '={{ $json.nothing }}' }, /prompt is/],
			['auto without a reference image', { aspectRatio: 'auto' }, /needs a reference image/],
			['a ratio that is none', { aspectRatio: '=wide' }, /aspect ratio "wide"/],
			[
				'nine reference images',
				{ referenceImages: { image: [{ from: 'url', url: `={{ ${JSON.stringify(nine)} }}` }] } },
				/Too many reference images: 9/,
			],
			[
				'a binary field that is not there',
				{ referenceImages: { image: [{ from: 'binary', field: 'photo' }] } },
				/no file in the binary field "photo"/,
			],
			['a callback URL that is none', { callbackUrl: 'my trigger' }, /callback URL/],
			[
				'a number of lanes that is none',
				{ options: { maxParallel: '={{ "many" }}' } },
				/Max Parallel/,
			],
			['more credits than allowed', { options: { maxCredits: 4 } }, /would cost 5 credits/],
		])('%s', async (_name, parameters, message) => {
			const before = creates();
			const result = await stage.generate(['A good prompt'], { parameters: parameters as never });
			expect(result.error?.message).toMatch(message);
			expect(creates()).toBe(before);
		});

		test('one bad item of three stops the run before the good ones are ordered, and is named', async () => {
			const before = creates();
			const result = await stage.generate(['A cup', 'x', 'A jug']);
			expect(result.error).toMatchObject({
				message: expect.stringMatching(/too short/),
				description: expect.stringMatching(/Nothing was charged/),
				context: { itemIndex: 1 },
			});
			expect(creates()).toBe(before);
		});

		test('with "continue on fail" the good ones are made', async () => {
			const result = await stage.generate(['A cup', 'x', 'A jug'], {
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

	test('the error output gets the failed items, with the input they came from and their task', async () => {
		const result = await stage.generate(
			[
				{ prompt: 'A cup', sku: 1 },
				{ prompt: 'A jug [task: failed]', sku: 2 },
			],
			{ onError: 'continueErrorOutput' },
		);
		const [good, bad] = result.outputs;
		expect(good?.map(({ json }) => json.status)).toEqual(['succeeded']);
		expect(bad).toHaveLength(1);
		expect(bad?.[0]?.json).toEqual({
			prompt: 'A jug [task: failed]',
			sku: 2,
			status: 'failed',
			taskId: expect.stringMatching(/_flux2$/),
			error: expect.stringMatching(/could not be made/),
		});
	});

	test('Retry On Fail goes on with what was bought, and orders only what failed', async () => {
		const { creates: before, balance } = stage.sandbox.books;
		const result = await stage.generate(['A cup', 'A retried jug [task: failed once]', 'A mug'], {
			retryOnFail: true,
			maxTries: 2,
		});
		expect(result.error).toBeUndefined();
		expect(result.items.map(({ json }) => json.status)).toEqual(Array(3).fill('succeeded'));
		expect(stage.sandbox.books.creates - before).toBe(4);
		expect(balance - stage.sandbox.books.balance).toBe(15);
	});

	test('a credential over plain http is refused with a clear sentence', async () => {
		const { apiInOneApi } = stage.engine.credentials;
		stage.engine.credentials.apiInOneApi = { ...apiInOneApi, baseUrl: 'http://apiin.one' };
		const result = await stage.generate(['A cup']);
		stage.engine.credentials.apiInOneApi = apiInOneApi!;
		expect(result.error?.message).toMatch(/must start with https:\/\//);
	});
});

describe('Get Task', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	const order = async (prompt: string) => {
		const result = await stage.generate([prompt], { parameters: { waitFor: 'nothing' } });
		return String(result.items[0]?.json.taskId);
	};
	const get = async (ids: string[], parameters = {}, sketch = {}) =>
		await stage.engine.run({
			items: ids.map((id) => ({ json: { id } })),
			parameters: { operation: 'getTask', taskId: '={{ $json.id }}', ...parameters },
			...sketch,
		});

	test('shows a task as it is now', async () => {
		const id = await order('A cup');
		const now = await get([id]);
		expect(now.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'pending',
			providerStatus: 'IN_PROGRESS',
		});
		await stage.time.sleep(10_000);
		const later = await get([id]);
		expect(later.items[0]?.json).toMatchObject({
			taskId: id,
			status: 'succeeded',
			creditsCharged: 5,
		});
		expect(later.items[0]?.binary?.data?.mimeType).toBe('image/png');
	});

	test('waits until all are settled, ten as quickly as one', async () => {
		const ids = await Promise.all(
			Array.from({ length: 10 }, async (_, index) => await order(`Cup ${index}`)),
		);
		const began = stage.time.now();
		const result = await get(ids, { waitUntilSettled: true });
		expect(result.items.map(({ json }) => [json.taskId, json.status])).toEqual(
			ids.map((id) => [id, 'succeeded']),
		);
		expect(stage.time.now() - began).toBeLessThan(12_000);
	});

	test('a time limit names the task and says that it is not lost', async () => {
		const id = await order('A cup [task: never]');
		const result = await get([id], { waitUntilSettled: true, options: { timeoutSeconds: 10 } });
		expect(result.error?.message).toBe(`The image was not ready after 10 seconds (task ${id})`);
		expect(result.error?.description).toMatch(/not lost/);
	});

	test('a failed task is an error with its reason, never a quiet success', async () => {
		const id = await order('A cup [task: failed]');
		await stage.time.sleep(10_000);
		const result = await get([id]);
		expect(result.error?.message).toMatch(new RegExp(`could not be made: .*${id}`));
		const kept = await get([id], {}, { onError: 'continueRegularOutput' });
		expect(kept.items[0]?.json).toMatchObject({ status: 'failed', taskId: id });
	});

	test('an unknown ID and an empty one say so', async () => {
		expect((await get(['n41nobody'])).error?.message).toMatch(
			/no task with this ID \(task n41nobody\)/,
		);
		expect((await get([''], {}, {})).error?.message).toMatch(/task ID is empty/i);
	});
});
