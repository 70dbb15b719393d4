import { withToken, tokenOf } from '../../nodes/Flux2/api/callback';
import { KEY, openStage, type Stage } from './stage.mts';

const TEN = Array.from({ length: 10 }, (_, index) => `Bottle number ${index}`);

describe('Wait For: Callback', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({}, { signedResumeUrls: false });
	});
	afterAll(async () => await stage.close());

	const park = async (prompts: string[], sketch = {}) => {
		const result = await stage.generate(prompts, {
			then: [{ type: 'test.pass' }],
			...sketch,
			parameters: { waitFor: 'callback', ...(sketch as { parameters?: object }).parameters },
		});
		return result;
	};

	test('ten items park, and the callbacks wake them with ten images, in order, each bought once', async () => {
		const before = {
			...stage.sandbox.books,
			creates: stage.sandbox.books.creates,
			charged: stage.sandbox.books.creditsCharged,
		};
		const result = await park(TEN);
		console.log(result.status, result.waitTill, result.error, result.hints, stage.time.now());
		const parked = stage.engine.parked(result);
		console.log(
			parked.items[3],
			[...stage.sandbox.tasks.values()].map((t) => [t.order.callbackUrl, t.deliveries]),
		);
		const ended = await parked.ended();
		console.log(
			ended.status,
			ended.error,
			ended.itemsOf('Pass').map((i) => [i.json.status, i.binary?.data?.fileName, i.pairedItem]),
			ended.itemsOf('Pass')[2],
		);
		console.log(
			[...stage.sandbox.tasks.values()].map((t) => [t.looks, JSON.stringify(t.deliveries)]),
		);
	});
});
