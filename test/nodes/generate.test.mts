import { openStage, type Stage } from './stage.mts';

describe('Generate', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

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
});
