import { createFixture, type Fixture } from './fixture.mts';

describe('Estimate Cost', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => {
		// None of these tests may have sent anything.
		const sent = fixture.sandbox.requests.map(({ route }) => route);
		await fixture.close();
		expect(sent).toEqual([]);
	});

	const estimate = async (items: Array<string | object>, parameters = {}, options = {}) =>
		await fixture.generate(items, {
			parameters: { operation: 'estimate', ...parameters } as never,
			...options,
		});

	test.each([
		['pro', '1K', 1, 5, 0.05],
		['pro', '2K', 1, 7, 0.07],
		['flex', '1K', 2, 28, 0.28],
		['flex', '2K', 10, 240, 2.4],
	])('mode %s at %s, %d images: %d credits', async (mode, resolution, images, credits, usd) => {
		const result = await estimate(['A red fox'], {
			mode,
			resolution,
			aspectRatio: '16:9',
			options: { numberOfImages: images },
		});
		expect(result.items.map(({ json }) => json)).toEqual([
			{
				images,
				creditsEstimated: credits,
				usdEstimated: usd,
				mode,
				resolution,
				aspectRatio: '16:9',
			},
		]);
	});

	test('every item has its own estimate, paired with it', async () => {
		const items = [
			{ prompt: 'A fox', size: '1K' },
			{ prompt: 'An owl', size: '2K' },
		];
		const result = await estimate(items, { resolution: '={{ $json.size }}' });
		expect(result.items.map(({ json, pairedItem }) => [json.creditsEstimated, pairedItem])).toEqual(
			[
				[5, { item: 0 }],
				[7, { item: 1 }],
			],
		);
	});

	test.each<[name: string, prompt: string, parameters: object, message: RegExp]>([
		['a prompt that is too short', 'ab', {}, /too short/],
		['auto without a reference image', 'A fox', { aspectRatio: 'auto' }, /needs a reference/],
		['an unknown mode', 'A fox', { mode: '={{ "ultra" }}' }, /mode "ultra" does not exist/],
		['eleven images', 'A fox', { options: { numberOfImages: 11 } }, /"Number of Images"/],
		[
			'a file that is not there',
			'A fox',
			{ referenceImages: { image: [{ from: 'binary', field: 'photo' }] } },
			/no file in the binary field/,
		],
	])(
		'what Generate Image would refuse is refused: %s',
		async (_name, prompt, parameters, message) => {
			const result = await estimate([prompt], parameters);
			expect(result.error?.message).toMatch(message);
		},
	);

	test('with "Continue" the items that would be refused fail, and the others have an estimate', async () => {
		const result = await estimate(['A fox', 'x'], {}, { onError: 'continueRegularOutput' });
		expect(result.items.map(({ json }) => json)).toMatchObject([
			{ creditsEstimated: 5 },
			{ status: 'failed', errorCode: 'invalid-input', charged: 'no' },
		]);
	});

	test('an agent gets the estimate', async () => {
		const result = await fixture.engine.run({
			parameters: { operation: 'estimate', prompt: "={{ $fromAI('prompt') }}" },
			asTool: { input: { prompt: 'A fox' }, invokedBy: 'engine' },
		});
		expect(result.itemsOf('Agent')[0]?.json.answer).toMatchObject([{ creditsEstimated: 5 }]);
	});
});
