import { CALLBACK_FAULTS } from '../../sandbox/faults/callback.mts';
import { createFixture, KEY, type Fixture } from '../nodes/fixture.mts';
import { createTags, isImmediate, shapeTags } from './shapeCases.mts';

const SECONDS = 6;

const callbackTags = CALLBACK_FAULTS.flatMap(({ kinds }) => Object.keys(kinds))
	.filter((kind) => kind !== 'never')
	.map((kind) => `[callback: ${kind}]`);

const tags = [
	...callbackTags,
	...shapeTags,
	...createTags,
	'[task: no word]',
	'[task: image late]',
].filter((tag) => !tag.includes('failure'));

/** Whether n8n has to find out by itself which task a callback is about. */
const namesNoTask = (tag: string): boolean =>
	[
		'[callback: without id]',
		'[callback: other ids]',
		'[shape: song]',
		'[shape: row id]',
		'[shape: list of images]',
		'[shape: address]',
		// n8n reads the number before the node does, and rounds it.
		'[create: long id]',
	].includes(tag);

let fixture: Fixture;
beforeEach(async () => (fixture = await createFixture({ seconds: () => SECONDS })));
afterEach(async () => await fixture.close());

function expectOneCharge(): void {
	const { creates, creditsCharged, creditsRefunded } = fixture.sandbox.billing;
	expect([creates, creditsCharged, creditsRefunded]).toEqual([1, 5, 0]);
	expect(fixture.sandbox.requests.filter(({ route }) => route === 'create')).toHaveLength(1);
}

describe('a waiting execution continues with its image as soon as the callback comes', () => {
	test.each(tags)('%s', async (tag) => {
		const started = await fixture.generate([`A red fox ${tag}`], {
			parameters: { waitFor: 'callback' },
		});
		expect(started.status).toBe(isImmediate(tag) ? 'success' : 'waiting');
		const result = isImmediate(tag) ? started : await fixture.engine.waiting(started).finished();
		const [task] = fixture.sandbox.tasks.values();
		const [item] = result.items;
		expect(item?.json).toMatchObject({ status: 'succeeded', imageUrls: task?.imageUrls });
		expect(item?.binary?.data?.mimeType).toBe('image/png');
		const lateMs = { '[callback: late]': 30_000, '[task: image late]': 5_000 }[tag] ?? 0;
		expect(fixture.clock.now() - (task?.completedAt ?? 0)).toBeLessThanOrEqual(lateMs + 1_000);
		expect(result.stored).not.toContain(KEY);
		expectOneCharge();
	});
});

describe('a workflow starts once with the image of a task whose callback names it', () => {
	test.each(tags)('%s', async (tag) => {
		const trigger = fixture.engine.trigger({ type: 'n8n-nodes-flux2.flux2Trigger' });
		await fixture.generate([`A red fox ${tag}`], {
			parameters: { waitFor: 'nothing', callbackUrl: trigger.url },
		});
		await fixture.clock.sleep(60_000);
		await fixture.callbacksHandled();
		const [task] = fixture.sandbox.tasks.values();
		const results = await trigger.results();
		expectOneCharge();
		// The image is not lost: the task is named by the item that created it.
		if (namesNoTask(tag)) {
			expect(results).toEqual([]);
			return;
		}
		expect(results.map(({ items }) => items.length)).toEqual([1]);
		const [item] = results[0]!.items;
		expect(item?.json).toMatchObject({ status: 'succeeded', taskId: task?.id, charged: 'yes' });
		expect(item?.json.imageUrls).toEqual(task?.imageUrls);
		expect(item?.binary?.data?.mimeType).toBe('image/png');
		expect(results[0]?.stored).not.toContain(KEY);
	});
});
