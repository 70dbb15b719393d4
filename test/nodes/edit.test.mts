import { createCanvas } from '@napi-rs/canvas';
import { Flux2 } from '../../nodes/Flux2/Flux2.node';
import { createFixture, type Fixture } from './fixture.mts';

const PHOTO_URL = 'https://shop.example/a.jpg';
const fromUrl = (url: unknown) => ({ referenceImages: { image: [{ from: 'url', url }] } });

describe('Edit Image', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const edit = async (items: Array<string | object>, parameters = {}, options = {}) =>
		await fixture.generate(items, {
			parameters: { operation: 'edit', ...parameters } as never,
			...options,
		});

	test('sends the same request as Generate Image, and outputs the same fields', async () => {
		const parameters = { ...fromUrl(PHOTO_URL), mode: 'flex', aspectRatio: 'auto' };
		const edited = await edit(['A mockup'], parameters);
		const generated = await fixture.generate(['A mockup'], { parameters });
		const [one, other] = [edited, generated].map(({ items }) => items[0]!.json);
		const bodyOf = (taskId: unknown) => fixture.sandbox.tasks.get(String(taskId))?.body;
		expect(bodyOf(one?.taskId)).toMatchObject({ type: 'flex', input_urls: [PHOTO_URL] });
		expect(bodyOf(one?.taskId)).toEqual(bodyOf(other?.taskId));
		expect(Object.keys(one!)).toEqual(Object.keys(other!));
		expect(edited.items[0]?.binary?.data?.mimeType).toBe('image/png');
	});

	test('edits a file of the item', async () => {
		const photo = createCanvas(300, 200).toBuffer('image/png');
		const file = await fixture.engine.storeFile(photo, 'bottle.png', 'image/png');
		const result = await fixture.engine.run({
			items: [{ json: {}, binary: { data: file } }],
			parameters: {
				operation: 'edit',
				prompt: 'The bottle on a beach',
				referenceImages: { image: [{ from: 'binary', field: 'data' }] },
			},
		});
		const task = fixture.sandbox.tasks.get(String(result.items[0]?.json.taskId));
		expect(task?.body.input_urls).toHaveLength(1);
		expect(result.items[0]?.json.status).toBe('succeeded');
	});

	test.each<[what: string, parameters: object]>([
		['no reference image', {}],
		['an empty list of reference images', { referenceImages: {} }],
		['an expression that gives an empty list', fromUrl('={{ [] }}')],
	])('%s is refused before anything is sent', async (_what, parameters) => {
		const { length } = fixture.sandbox.requests;
		const result = await edit(['A mockup'], parameters);
		expect(result.error?.message).toBe('There is no image to edit');
		expect(result.error?.description).toMatch(/Nothing was charged.*Reference Images/);
		expect(fixture.sandbox.requests).toHaveLength(length);
	});

	test('an item without a reference image does not affect the others, with "Continue"', async () => {
		const items = [
			{ prompt: 'A mockup', photos: [PHOTO_URL] },
			{ prompt: 'A cup', photos: [] },
		];
		const result = await edit(items, fromUrl('={{ $json.photos }}'), {
			onError: 'continueRegularOutput',
		});
		expect(result.items.map(({ json }) => [json.status, json.errorCode, json.charged])).toEqual([
			['succeeded', undefined, 'yes'],
			['failed', 'invalid-input', 'no'],
		]);
	});

	test('is found in the node panel as "Edit an image"', () => {
		const [operation] = new Flux2().description.properties;
		const actions = (operation?.options ?? []).map((option) => 'action' in option && option.action);
		expect(actions).toContain('Edit an image');
	});
});
