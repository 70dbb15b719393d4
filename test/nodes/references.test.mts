import { createCanvas } from '@napi-rs/canvas';
import { createFixture, type Fixture } from './fixture.mts';

const createPhoto = (): Buffer => createCanvas(300, 200).toBuffer('image/png');

describe('reference images', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const requestBody = (result: { items: Array<{ json: Record<string, unknown> }> }) =>
		fixture.sandbox.tasks.get(String(result.items[0]?.json.taskId))?.body as {
			input_urls?: string[];
		};

	test('URLs are sent unchanged, in order, even with commas', async () => {
		const urls = [
			'https://shop.invalid.example/w_300,h_200/a.jpg?x=1,2',
			'https://shop.example/b.jpg',
		];
		const result = await fixture.generate(['A mockup'], {
			parameters: { referenceImages: { image: urls.map((url) => ({ from: 'url', url })) } },
		});
		expect(requestBody(result).input_urls).toEqual(urls);
	});

	test('a list of URLs by expression becomes several reference images', async () => {
		const result = await fixture.generate(
			[
				{
					prompt: 'A mockup',
					photos: ['https://shop.example/a.jpg', 'https://shop.example/b.jpg'],
				},
			],
			{ parameters: { referenceImages: { image: [{ from: 'url', url: '={{ $json.photos }}' }] } } },
		);
		expect(requestBody(result).input_urls).toHaveLength(2);
	});

	test('an empty list means text to image; an empty URL is an error', async () => {
		const none = await fixture.generate([{ prompt: 'A mockup', photos: [] }], {
			parameters: { referenceImages: { image: [{ from: 'url', url: '={{ $json.photos }}' }] } },
		});
		expect(requestBody(none).input_urls).toBeUndefined();
		const empty = await fixture.generate([{ prompt: 'A mockup' }], {
			parameters: { referenceImages: { image: [{ from: 'url', url: '={{ $json.photo }}' }] } },
		});
		expect(empty.error?.message).toMatch(/Reference image 1 has no URL/);
	});

	test('the service fetches a file of the item through a signed link', async () => {
		const file = await fixture.engine.storeFile(createPhoto(), 'bottle.png', 'image/png');
		const result = await fixture.engine.run({
			items: [{ json: {}, binary: { photo: file } }],
			parameters: {
				prompt: 'The bottle on a beach',
				aspectRatio: 'auto',
				referenceImages: { image: [{ from: 'binary', field: 'photo' }] },
			},
		});
		expect(result.error).toBeUndefined();
		const [link] = requestBody(result).input_urls ?? [];
		expect(link).toMatch(/binary-data\/signed\?token=/);
		const task = fixture.sandbox.tasks.get(String(result.items[0]?.json.taskId));
		expect(task?.state).toBe('succeeded');
		expect(task?.downloads).toBe(1);
	});

	test('a file that many items share is copied once, and each item has its link', async () => {
		const file = await fixture.engine.storeFile(createPhoto(), 'bottle.png', 'image/png');
		const other = await fixture.engine.storeFile(createPhoto(), 'cup.png', 'image/png');
		const result = await fixture.engine.run({
			items: [...Array(9).fill(file), other].map((photo) => ({ json: {}, binary: { photo } })),
			parameters: {
				prompt: 'The bottle on a beach',
				referenceImages: { image: [{ from: 'binary', field: 'photo' }] },
			},
		});
		const links = result.items.map((item) => requestBody({ items: [item] }).input_urls?.[0]);
		expect(links).toEqual([...Array(9).fill(links[0]), links[9]]);
		expect(links[9]).not.toBe(links[0]);
		expect(result.items.map(({ json }) => json.status)).toEqual(Array(10).fill('succeeded'));
	});

	test('a retry with the same file is not charged twice, although its link is new', async () => {
		const file = await fixture.engine.storeFile(createPhoto(), 'bottle.png', 'image/png');
		const { creates } = fixture.sandbox.billing;
		const failed = await fixture.engine.run({
			items: [{ json: {}, binary: { photo: file } }],
			parameters: {
				prompt: 'The bottle [poll: 401 x1]',
				referenceImages: { image: [{ from: 'binary', field: 'photo' }] },
			},
		});
		expect(failed.status).toBe('error');
		const retried = await fixture.engine.retry(failed);
		expect(retried.items[0]?.json.status).toBe('succeeded');
		expect(fixture.sandbox.billing.creates - creates).toBe(1);
	});

	test('a reference image that the service cannot fetch fails the task with its reason', async () => {
		const result = await fixture.generate(['A mockup'], {
			parameters: {
				referenceImages: { image: [{ from: 'url', url: `${fixture.sandbox.url}/nothing.png` }] },
			},
		});
		expect(result.error?.message).toMatch(/Image generation failed/);
	});
});

describe('a file where n8n stores files in memory', () => {
	test('is rejected before anything is sent, and the error says what to set', async () => {
		const fixture = await createFixture({}, { binaryMode: 'default' });
		const file = await fixture.engine.storeFile(createPhoto(), 'bottle.png', 'image/png');
		const result = await fixture.engine.run({
			items: [{ json: {}, binary: { data: file } }],
			parameters: {
				prompt: 'A mockup',
				referenceImages: { image: [{ from: 'binary', field: 'data' }] },
			},
		});
		expect(result.error?.message).toMatch(/keeps files in memory/);
		expect(result.error?.description).toMatch(/N8N_DEFAULT_BINARY_DATA_MODE=filesystem/);
		expect(fixture.sandbox.requests).toHaveLength(0);
		await fixture.close();
	});

	test('does not matter for an image without reference images', async () => {
		const fixture = await createFixture({}, { binaryMode: 'default' });
		const result = await fixture.generate(['A cup']);
		expect(result.items[0]?.binary?.data?.data).toMatch(/^iVBORw0KGgo/);
		await fixture.close();
	});
});

describe('a file in an n8n that only this machine can reach', () => {
	test('is rejected before anything is sent, and the error says what to set', async () => {
		const fixture = await createFixture();
		fixture.engine.credentials.apiInOneApi = {
			...fixture.engine.credentials.apiInOneApi,
			baseUrl: 'https://apiin.one.invalid',
		};
		const file = await fixture.engine.storeFile(createPhoto(), 'bottle.png', 'image/png');
		const result = await fixture.engine.run({
			items: [{ json: {}, binary: { data: file } }],
			parameters: {
				prompt: 'A mockup',
				referenceImages: { image: [{ from: 'binary', field: 'data' }] },
			},
		});
		expect(result.error?.message).toMatch(/cannot fetch the reference image/);
		expect(result.error?.description).toMatch(/N8N_EDITOR_BASE_URL/);
		await fixture.close();
	});
});
