import { atEnd, imagesIn, itemsOf, outcomesOf, tally, untilAll } from './outcome.mts';
import { openScene, type Scene } from './scene.mts';

describe('n8n in queue mode: main, two workers, two webhook processes', () => {
	let scene: Scene;
	beforeAll(async () => {
		scene = await openScene('fleet', 2);
	}, 300_000);
	afterAll(async () => await scene?.close(), 120_000);

	test('forty executions of five items share both workers, and each of the 200 images is bought once', async () => {
		const { fleet, sandbox } = scene;
		const entrance = await scene.generating('Forty of five', { waitFor: 'image' });
		const account = scene.account();
		for (let each = 0; each < 40; each++)
			await scene.send(
				entrance,
				[1, 2, 3, 4, 5].map((one) => `Bottle ${one} of box ${each}`),
			);
		const all = await untilAll(fleet.api, entrance.workflow.id, {
			count: 40,
			are: atEnd,
			withinMs: 120_000,
		});
		const outcomes = await outcomesOf(fleet.api, all);
		const items = itemsOf(outcomes);
		const shares = await Promise.all(fleet.workers.map(async (worker) => await worker.begun()));
		console.log(
			tally(all),
			shares.map((s) => s.length),
			items[0],
			outcomes[0]?.error,
		);
		expect(tally(all)).toEqual({ success: 40 });
		expect(account).toMatchObject({ creates: 200, credits: 1000 });
		expect(new Set(items.map(({ taskId }) => taskId))).toEqual(new Set(account.tasks));
		expect(await imagesIn(fleet.api, outcomes)).toBe(200);
		expect(new Set(items.map(({ taskId }) => sandbox.tasks.get(taskId)?.prompt)).size).toBe(200);
		expect(shares.every((share) => share.length > 0)).toBe(true);
	});
});
