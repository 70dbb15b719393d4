import { resetAccounts } from '../../nodes/Flux2/transport/account';
import type { Result } from '../engine/result.mts';
import { createFixture, KEY, type Fixture } from '../nodes/fixture.mts';
import { createTags, doneTags, failedTags, isImmediate, shapeTags } from './shapeCases.mts';

/** How long a task takes, and how late its image is with `[task: image late]`. */
const SECONDS = 6;
const LATE_MS = 4_000;

/** How late the node may notice an image: 15 % of the 20 seconds that the longest task takes. */
const MAX_DELAY_MS = 3_100;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

let fixture: Fixture;
beforeAll(async () => (fixture = await createFixture({ seconds: () => SECONDS })));
afterAll(async () => await fixture.close());
// No row knows what another one has learned of the service, or spent.
beforeEach(resetAccounts);

/** Runs the node with one prompt, and reads what it cost and how often its task was polled. */
async function generate(tags: string) {
	const { sandbox, clock } = fixture;
	const requestsBefore = sandbox.requests.length;
	const { creditsCharged, creditsRefunded } = sandbox.billing;
	const result = await fixture.generate([`A red fox ${tags}`], {
		onError: 'continueRegularOutput',
	});
	const requests = sandbox.requests.slice(requestsBefore);
	const task = [...sandbox.tasks.values()].at(-1)!;
	const polls = requests.filter(({ route }) => route === 'poll');
	const availableAt = (task.completedAt ?? 0) + (tags.includes('image late') ? LATE_MS : 0);
	return {
		result,
		task,
		item: result.items[0]!,
		delayMs: clock.now() - availableAt,
		creates: requests.filter(({ route }) => route === 'create').length,
		charged: sandbox.billing.creditsCharged - creditsCharged,
		refunded: sandbox.billing.creditsRefunded - creditsRefunded,
		polls: polls.length,
		pollsWhenDone: polls.filter(({ at }) => at >= availableAt).length,
	};
}

function expectNoKey({ stored, items, hints, logs, context, error }: Result): void {
	const text = JSON.stringify([items, hints, logs, context, error]);
	expect(stored + text).not.toContain(KEY.slice(0, 12));
}

describe('the image arrives with the next poll after it is there, and is paid for once', () => {
	test.each([...shapeTags, ...createTags, ...doneTags].filter((tag) => !tag.includes('failure')))(
		'%s',
		async (tags) => {
			const run = await generate(tags);
			const { result, item, task } = run;
			expect(result.status).toBe('success');
			expect(item.json).toMatchObject({ status: 'succeeded', charged: 'yes' });
			expect(item.json.imageUrls).toEqual(task.imageUrls);
			const bytes = await fixture.engine.readFile(item.binary?.data);
			expect(bytes.subarray(0, PNG.length)).toEqual(PNG);
			const hasNoId = isImmediate(tags) && !tags.includes('with id');
			expect(item.json.taskId).toBe(hasNoId ? '' : task.id);

			expect([run.creates, run.charged, run.refunded]).toEqual([1, 5, 0]);
			expect(isImmediate(tags) ? run.polls : run.pollsWhenDone).toBe(isImmediate(tags) ? 0 : 1);
			expect(run.delayMs).toBeLessThan(MAX_DELAY_MS);
			expectNoKey(result);
		},
	);
});

describe('a failure is known with the next poll, and the image is not generated again', () => {
	const tags = [...shapeTags.map((tag) => `${tag} [task: failed]`), ...failedTags];
	test.each([...tags, '[create: immediate failure]'])('%s', async (tag) => {
		const run = await generate(tag);
		const { result, item, task } = run;
		expect(item.json).toMatchObject({ status: 'failed', charged: 'maybe', taskId: task.id });
		expect(item.json.errorCode).toMatch(/^(task-failed|content-moderated)$/);
		expect([run.creates, run.charged, run.refunded]).toEqual([1, 5, 5]);
		expect(isImmediate(tag) ? run.polls : run.pollsWhenDone).toBe(isImmediate(tag) ? 0 : 1);
		expectNoKey(result);
	});
});

test('an image under a key that no page mentions is reported with that key', async () => {
	const { result } = await generate('[shape: unknown key]');
	const hints = result.hints.map(({ message }) => message).join();
	expect(hints).toContain('the image was under "data.files[0].link"');
	expect(hints).toContain('Please report it');
});
