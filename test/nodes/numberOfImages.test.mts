import { createFixture, type Fixture } from './fixture.mts';

const THREE = { options: { numberOfImages: 3 } };

describe('Number of Images', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const promptOf = (json: { taskId?: unknown }) =>
		fixture.sandbox.tasks.get(String(json.taskId))?.prompt;

	test('each image is a task and an item of its own, paired with its input item', async () => {
		const result = await fixture.generate(['A fox', 'An owl'], { parameters: THREE });
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 0, 1, 1, 1].map((item) => ({ item })),
		);
		expect(result.items.map(({ json }) => promptOf(json))).toEqual([
			...Array(3).fill('A fox'),
			...Array(3).fill('An owl'),
		]);
		expect(new Set(result.items.map(({ json }) => json.taskId)).size).toBe(6);
		expect(result.items.every(({ binary }) => binary?.data?.mimeType === 'image/png')).toBe(true);
		expect(result.hints).toMatchObject([{ message: '6 images, estimated cost 30 credits' }]);
	});

	test('it may differ from item to item', async () => {
		const items = [
			{ prompt: 'A fox', count: 1 },
			{ prompt: 'An owl', count: '2' },
		];
		const parameters = { options: { numberOfImages: '={{ $json.count }}' } };
		const result = await fixture.generate(items, { parameters });
		expect(result.items.map(({ json }) => promptOf(json))).toEqual(['A fox', 'An owl', 'An owl']);
	});

	test('Wait For: Nothing returns a task ID for each image', async () => {
		const parameters = { waitFor: 'nothing', ...THREE };
		const result = await fixture.generate(['A fox'], { parameters });
		expect(result.items.map(({ json }) => json.status)).toEqual(Array(3).fill('pending'));
		expect(new Set(result.items.map(({ json }) => json.taskId)).size).toBe(3);
	});

	test.each([0, 11, -1, '={{ "many" }}'])(
		'%s is refused before anything is sent',
		async (count) => {
			const { creates } = fixture.sandbox.billing;
			const parameters = { options: { numberOfImages: count } };
			const result = await fixture.generate(['A fox'], { parameters });
			expect(result.error?.message).toBe('"Number of Images" must be a number from 1 to 10');
			expect(fixture.sandbox.billing.creates).toBe(creates);
		},
	);

	test('Max Credits counts every image', async () => {
		const { creates } = fixture.sandbox.billing;
		const run = async (maxCredits: number) =>
			await fixture.generate(['A fox', 'An owl'], {
				parameters: { options: { numberOfImages: 3, maxCredits } },
			});
		expect((await run(29)).error?.message).toBe(
			'Estimated cost of 30 credits exceeds Max Credits (29)',
		);
		expect(fixture.sandbox.billing.creates).toBe(creates);
		expect((await run(30)).items).toHaveLength(6);
	});

	test('Max Concurrent Images counts every image', async () => {
		const startedAt = fixture.clock.now();
		const result = await fixture.generate(['A fox [task: takes 10 s]'], {
			parameters: { options: { numberOfImages: 3, maxParallel: 1 } },
		});
		const createdAt = result.items.map(({ json }) => Date.parse(String(json.createdAt)));
		for (const [index, at] of createdAt.entries())
			expect(at - startedAt).toBeGreaterThanOrEqual(index * 10_000);
	});

	test('Retry On Fail generates only the image that is missing', async () => {
		const { creates, balance } = fixture.sandbox.billing;
		const result = await fixture.generate(['A retried fox [task: failed once]', 'An owl'], {
			parameters: THREE,
			retryOnFail: true,
		});
		expect(result.items.map(({ json }) => json.status)).toEqual(Array(6).fill('succeeded'));
		expect(new Set(result.items.map(({ json }) => json.taskId)).size).toBe(6);
		expect(fixture.sandbox.billing.creates - creates).toBe(7);
		expect(balance - fixture.sandbox.billing.balance).toBe(30);
	});

	test('a retry by a person generates only the image that is missing', async () => {
		const { creates } = fixture.sandbox.billing;
		const failed = await fixture.generate(['A missing fox [create: 422 once]'], {
			parameters: { options: { numberOfImages: 3, maxParallel: 3 } },
		});
		expect(failed.error?.message).toMatch(/1 of 3 images failed/);
		const created = fixture.sandbox.billing.creates - creates;
		const retried = await fixture.engine.retry(failed);
		expect(retried.items.map(({ json }) => json.status)).toEqual(Array(3).fill('succeeded'));
		expect(fixture.sandbox.billing.creates - creates).toBe(3);
		expect(created).toBeLessThan(3);
	});

	test('one failed image of an item goes to the error output, with the fields of its item', async () => {
		const result = await fixture.generate([{ prompt: 'A lone fox [task: failed once]', sku: 7 }], {
			parameters: THREE,
			onError: 'continueErrorOutput',
		});
		expect(result.outputs.map((items) => items?.length)).toEqual([2, 1]);
		expect(result.outputs[1]?.[0]?.json).toMatchObject({ sku: 7, errorCode: 'task-failed' });
	});
});
