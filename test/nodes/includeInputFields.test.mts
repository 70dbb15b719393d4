import type { IBinaryData } from 'n8n-workflow';
import type { RunOptions } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import { createFixture, type Fixture } from './fixture.mts';

const INCLUDE = { options: { includeInputFields: true } };

describe('Include Input Fields', () => {
	let fixture: Fixture;
	/** Of the input: a photo under the name of the node's own output field, and another file. */
	let files: Record<string, IBinaryData>;
	beforeAll(async () => {
		fixture = await createFixture();
		files = {
			data: await fixture.engine.storeFile(Buffer.from('mine'), 'mine.txt', 'text/plain'),
			manual: await fixture.engine.storeFile(Buffer.from('more'), 'more.txt', 'text/plain'),
		};
	});
	afterAll(async () => await fixture.close());

	const run = async (json: object, parameters: object = {}, options: RunOptions = {}) =>
		await fixture.engine.run({
			items: [{ json: { ...json }, binary: files }],
			followedBy: [{ type: 'test.pass' }],
			...options,
			parameters: { prompt: '={{ $json.prompt }}', ...INCLUDE, ...parameters } as never,
		});

	const fileNamesOf = (result: Result) =>
		Object.fromEntries(
			Object.entries(result.itemsOf('Pass')[0]?.binary ?? {}).map(([field, file]) => [
				field,
				file.fileName,
			]),
		);

	test('the JSON and the files of the input item come along, and the fields of the node win', async () => {
		const result = await run({ prompt: 'A fox', sku: 7, status: 'draft', mode: 'old' });
		const [item] = result.items;
		const { taskId } = item!.json;
		expect(item?.json).toMatchObject({ sku: 7, status: 'succeeded', mode: 'pro', prompt: 'A fox' });
		expect(fileNamesOf(result)).toEqual({
			data: `flux2-${String(taskId)}.png`,
			manual: 'more.txt',
		});
	});

	test('without it the item has only the fields of the node', async () => {
		const result = await run({ prompt: 'A fox', sku: 7 }, { options: {} });
		expect(result.items[0]?.json).not.toHaveProperty('sku');
		expect(Object.keys(fileNamesOf(result))).toEqual(['data']);
	});

	test('an output field with another name leaves all files of the input', async () => {
		const result = await run({ prompt: 'A fox' }, { outputField: 'image' });
		expect(Object.keys(fileNamesOf(result)).sort()).toEqual(['data', 'image', 'manual']);
	});

	test('every image of an item has them', async () => {
		const result = await run(
			{ prompt: 'A fox', sku: 7 },
			{
				options: { includeInputFields: true, numberOfImages: 2 },
			},
		);
		expect(result.items.map(({ json }) => json.sku)).toEqual([7, 7]);
	});

	test('a failed item has them, with its own error', async () => {
		const result = await run(
			{ prompt: 'ab', sku: 7, error: 'an old one' },
			{},
			{
				onError: 'continueRegularOutput',
			},
		);
		expect(result.items[0]?.json).toMatchObject({
			sku: 7,
			errorCode: 'invalid-input',
			error: expect.stringMatching(/too short/),
		});
		expect(fileNamesOf(result)).toEqual({ manual: 'more.txt' });
	});

	const onError = 'continueRegularOutput' as const;
	const seconds = (timeoutSeconds: number, more = {}) => ({
		options: { includeInputFields: true, timeoutSeconds, ...more },
	});

	test.each<[how: string, prompt: string, parameters: object, options: RunOptions]>([
		['could not be downloaded', 'A fox [image: 410]', {}, {}],
		['failed', 'A fox [task: failed]', {}, { onError }],
		['failed, on the error output', 'A fox [task: failed]', {}, { onError: 'continueErrorOutput' }],
		['may have been charged', 'A fox [create: 500]', {}, { onError }],
		['is not ready in time', 'A fox [task: never]', seconds(10), { onError }],
		['is pending', 'A fox [task: never]', seconds(10, { onTimeout: 'continue' }), {}],
		['comes at once, without its file', 'A fox [create: immediate images] [image: 410]', {}, {}],
	])(
		'the file of the input is never taken for an image that %s',
		async (_how, prompt, parameters, options) => {
			const photo = files.data!;
			files.data_1 = photo;
			files.data_x = photo;
			const result = await run({ prompt, sku: 7 }, parameters, options);
			delete files.data_1;
			delete files.data_x;
			const [item] = result.outputs.flat();
			expect(item?.json.sku).toBe(7);
			expect(Object.keys(item?.binary ?? {}).sort()).toEqual(['data_x', 'manual']);
		},
	);

	test.each<[when: string, parameters: object]>([
		['Download Image is off', { download: false }],
		['Wait For is Nothing', { waitFor: 'nothing' }],
		['the cost is estimated', { operation: 'estimate' }],
	])(
		'all files of the input come along where no image is to come: %s',
		async (_when, parameters) => {
			const result = await run({ prompt: 'A fox' }, parameters);
			expect(fileNamesOf(result)).toEqual({ data: 'mine.txt', manual: 'more.txt' });
		},
	);

	test('a failed item does not show the image URL of its input as its own', async () => {
		const result = await run(
			{ prompt: 'A fox [task: failed]', imageUrl: 'https://shop.example/photo.png', sku: 7 },
			{},
			{ onError },
		);
		expect(result.items[0]?.json).toMatchObject({ sku: 7, status: 'failed' });
		expect(result.items[0]?.json).not.toHaveProperty('imageUrl');
	});

	/** What an earlier run of the node may have left in the input item. */
	const earlier = {
		error: 'Image generation failed',
		errorCode: 'task-failed',
		status: 'failed',
		charged: 'no',
		taskId: 'n41earlier_flux2',
		downloadError: 'The link has expired',
		creditsCharged: 99,
	};

	test('the outcome of an earlier image does not stay in the item of a new one', async () => {
		const polled = await run({ ...earlier, prompt: 'A fox' });
		expect(polled.items[0]?.json).toMatchObject({
			status: 'succeeded',
			charged: 'yes',
			creditsCharged: 5,
			taskId: expect.stringMatching(/_flux2$/),
		});
		expect(polled.items[0]?.json.taskId).not.toBe(earlier.taskId);
		for (const name of ['error', 'errorCode', 'downloadError'])
			expect(polled.items[0]?.json).not.toHaveProperty(name);

		const failed = await run(
			{ ...earlier, prompt: 'ab' },
			{},
			{ onError: 'continueRegularOutput' },
		);
		for (const name of ['taskId', 'creditsCharged', 'downloadError'])
			expect(failed.items[0]?.json).not.toHaveProperty(name);
	});

	test('they are there after a wait, whether a callback or the time limit ended it', async () => {
		const waiting = { waitFor: 'callback' };
		const resumed = await fixture.engine
			.waiting(await run({ ...earlier, prompt: 'A fox', sku: 7 }, waiting))
			.finished();
		const [item] = resumed.itemsOf('Pass');
		expect(item?.json).toMatchObject({ sku: 7, status: 'succeeded', charged: 'yes' });
		for (const name of ['error', 'errorCode', 'downloadError'])
			expect(item?.json).not.toHaveProperty(name);
		expect(fileNamesOf(resumed)).toEqual({
			data: `flux2-${String(item?.json.taskId)}.png`,
			manual: 'more.txt',
		});

		const expired = await fixture.engine
			.waiting(await run({ ...earlier, prompt: 'A fox [callback: never]', sku: 7 }, waiting))
			.expire();
		const [pending] = expired.itemsOf('Pass');
		expect(pending?.json).toMatchObject({ sku: 7, status: 'pending' });
		for (const name of ['error', 'errorCode', 'downloadError', 'creditsCharged'])
			expect(pending?.json).not.toHaveProperty(name);
		expect(fileNamesOf(expired)).toEqual({ manual: 'more.txt' });
	});

	test.each([
		['without its file', 'A fox [image: 410]', 'succeeded'],
		['with an error', 'A fox [task: failed]', 'failed'],
	])(
		'a wait that ends %s leaves no file of the input in its place',
		async (_how, prompt, status) => {
			const waiting = await run({ prompt, sku: 7 }, { waitFor: 'callback' });
			const resumed = await fixture.engine.waiting(waiting).finished();
			expect(resumed.itemsOf('Pass')[0]?.json).toMatchObject({ sku: 7, status });
			expect(fileNamesOf(resumed)).toEqual({ manual: 'more.txt' });
		},
	);

	test('Get Task and Estimate Cost have them, too', async () => {
		const created = await run({ prompt: 'A fox' }, { waitFor: 'nothing' });
		const { taskId } = created.items[0]!.json;
		const got = await run(
			{ id: taskId, sku: 7 },
			{
				operation: 'getTask',
				taskId: '={{ $json.id }}',
				waitUntilSettled: true,
			},
		);
		expect(got.items[0]?.json).toMatchObject({ sku: 7, taskId, status: 'succeeded' });
		expect(fileNamesOf(got)).toEqual({ data: `flux2-${String(taskId)}.png`, manual: 'more.txt' });
		const failed = await run(
			{ id: 'n41nobody', sku: 7 },
			// As a node has it that was set to generate before.
			{ operation: 'getTask', taskId: '={{ $json.id }}', waitFor: 'nothing' },
			{ onError },
		);
		expect(failed.items[0]?.json).toMatchObject({ sku: 7, errorCode: 'task-not-found' });
		expect(fileNamesOf(failed)).toEqual({ manual: 'more.txt' });
		const estimated = await run({ prompt: 'A fox', sku: 7 }, { operation: 'estimate' });
		expect(estimated.items[0]?.json).toMatchObject({ sku: 7, creditsEstimated: 5 });
	});
});
