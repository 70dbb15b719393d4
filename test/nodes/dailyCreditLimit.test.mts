import { createFixture, type Fixture, KEY } from './fixture.mts';

const FAILED = 'A cup [task: failed]';

describe('the daily credit limit of 15 credits, three images', () => {
	let fixture: Fixture;
	beforeEach(async () => {
		fixture = await createFixture();
		const { engine, sandbox } = fixture;
		engine.credentials.apiInOneApi = { apiKey: KEY, baseUrl: sandbox.url, dailyCreditLimit: 15 };
	});
	afterEach(async () => await fixture.close());

	/** How many more images it allows, each in an execution of its own. */
	async function imagesAllowed(): Promise<number> {
		for (let images = 0; ; images++) {
			const result = await fixture.generate(['A jug']);
			if (result.status === 'error') return images;
		}
	}

	test('counts no task that failed while the execution polled', async () => {
		await fixture.generate(['A fox', FAILED], { onError: 'continueRegularOutput' });
		expect(await imagesAllowed()).toBe(2);
	});

	test('counts no task that failed while the execution waited for its callback', async () => {
		const waiting = await fixture.generate(['A fox', FAILED], {
			parameters: { waitFor: 'callback' },
		});
		await fixture.engine.waiting(waiting).finished();
		expect(await imagesAllowed()).toBe(2);
	});

	test('counts no task that Get Task finds failed after the execution', async () => {
		const created = await fixture.generate(['A fox', FAILED], {
			parameters: { waitFor: 'nothing' },
		});
		await fixture.clock.sleep(20_000);
		const taskId = String(created.items[1]?.json.taskId);
		for (let time = 0; time < 2; time++)
			await fixture.generate([''], { parameters: { operation: 'getTask', taskId } });
		expect(await imagesAllowed()).toBe(2);
	});
});
