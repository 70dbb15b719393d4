import { createCanvas } from '@napi-rs/canvas';
import { openStage, type Stage } from './stage.mts';

const photo = (): Buffer => createCanvas(300, 200).toBuffer('image/png');

describe('reference images', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	const bodyOf = (result: { items: Array<{ json: Record<string, unknown> }> }) =>
		stage.sandbox.tasks.get(String(result.items[0]?.json.taskId))?.body as {
			input_urls?: string[];
		};

	test('URLs go out as they are, commas and all, in order', async () => {
		const urls = [
			'https://shop.invalid.example/w_300,h_200/a.jpg?x=1,2',
			'https://shop.example/b.jpg',
		];
		const result = await stage.generate(['A mockup'], {
			parameters: { referenceImages: { image: urls.map((url) => ({ from: 'url', url })) } },
		});
		expect(bodyOf(result).input_urls).toEqual(urls);
	});

	test('a list of URLs by expression becomes several references', async () => {
		const result = await stage.generate(
			[
				{
					prompt: 'A mockup',
					photos: ['https://shop.example/a.jpg', 'https://shop.example/b.jpg'],
				},
			],
			{ parameters: { referenceImages: { image: [{ from: 'url', url: '={{ $json.photos }}' }] } } },
		);
		expect(bodyOf(result).input_urls).toHaveLength(2);
	});

	test('an empty list means text to image, an empty URL is an error', async () => {
		const none = await stage.generate([{ prompt: 'A mockup', photos: [] }], {
			parameters: { referenceImages: { image: [{ from: 'url', url: '={{ $json.photos }}' }] } },
		});
		expect(bodyOf(none).input_urls).toBeUndefined();
		const empty = await stage.generate([{ prompt: 'A mockup' }], {
			parameters: { referenceImages: { image: [{ from: 'url', url: '={{ $json.photo }}' }] } },
		});
		expect(empty.error?.message).toMatch(/Reference image 1 has no URL/);
	});

	test('a file in the item is fetched by the service through a signed link', async () => {
		const file = await stage.engine.file(photo(), 'bottle.png', 'image/png');
		const result = await stage.engine.run({
			items: [{ json: {}, binary: { photo: file } }],
			parameters: {
				prompt: 'The bottle on a beach',
				aspectRatio: 'auto',
				referenceImages: { image: [{ from: 'binary', field: 'photo' }] },
			},
		});
		expect(result.error).toBeUndefined();
		const [link] = bodyOf(result).input_urls ?? [];
		expect(link).toMatch(/binary-data\/signed\?token=/);
		const task = stage.sandbox.tasks.get(String(result.items[0]?.json.taskId));
		expect(task?.state).toBe('succeeded');
		expect(task?.fetches).toBe(1);
	});

	test('a retry with the same file does not pay twice, though its link is new', async () => {
		const file = await stage.engine.file(photo(), 'bottle.png', 'image/png');
		const { creates } = stage.sandbox.books;
		const failed = await stage.engine.run({
			items: [{ json: {}, binary: { photo: file } }],
			parameters: {
				prompt: 'The bottle [poll: 401 x1]',
				referenceImages: { image: [{ from: 'binary', field: 'photo' }] },
			},
		});
		expect(failed.status).toBe('error');
		const retried = await stage.engine.retry(failed);
		expect(retried.items[0]?.json.status).toBe('succeeded');
		expect(stage.sandbox.books.creates - creates).toBe(1);
	});

	test('a reference that the service cannot fetch fails the task, with its reason', async () => {
		const result = await stage.generate(['A mockup'], {
			parameters: {
				referenceImages: { image: [{ from: 'url', url: `${stage.sandbox.url}/nothing.png` }] },
			},
		});
		expect(result.error?.message).toMatch(/could not be made/);
	});
});

describe('a file where n8n keeps files in memory', () => {
	test('is refused before anything is ordered, and says what to set', async () => {
		const stage = await openStage({}, { binaryMode: 'default' });
		const file = await stage.engine.file(photo(), 'bottle.png', 'image/png');
		const result = await stage.engine.run({
			items: [{ json: {}, binary: { data: file } }],
			parameters: {
				prompt: 'A mockup',
				referenceImages: { image: [{ from: 'binary', field: 'data' }] },
			},
		});
		expect(result.error?.message).toMatch(/keeps files in memory/);
		expect(result.error?.description).toMatch(/N8N_DEFAULT_BINARY_DATA_MODE=filesystem/);
		expect(stage.sandbox.requests).toHaveLength(0);
		await stage.close();
	});

	test('an image without a reference is made there too', async () => {
		const stage = await openStage({}, { binaryMode: 'default' });
		const result = await stage.generate(['A cup']);
		expect(result.items[0]?.binary?.data?.data).toMatch(/^iVBORw0KGgo/);
		await stage.close();
	});
});

describe('a file in an n8n that only this machine can reach', () => {
	test('is refused before anything is ordered, and says what to set', async () => {
		const stage = await openStage();
		stage.engine.credentials.apiInOneApi = {
			...stage.engine.credentials.apiInOneApi,
			baseUrl: 'https://apiin.one.invalid',
		};
		const file = await stage.engine.file(photo(), 'bottle.png', 'image/png');
		const result = await stage.engine.run({
			items: [{ json: {}, binary: { data: file } }],
			parameters: {
				prompt: 'A mockup',
				referenceImages: { image: [{ from: 'binary', field: 'data' }] },
			},
		});
		expect(result.error?.message).toMatch(/cannot fetch the reference image/);
		expect(result.error?.description).toMatch(/N8N_EDITOR_BASE_URL/);
		await stage.close();
	});
});
