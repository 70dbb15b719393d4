import type { RunOptions } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import { createFixture, type Fixture } from './fixture.mts';

describe('Wait For: Callback with retries', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const run = async (prompts: string[], options: RunOptions = {}) => {
		const { billing } = fixture.sandbox;
		const paid = () => billing.creditsCharged - billing.creditsRefunded;
		const before = { creates: billing.creates, credits: paid() };
		const result = await fixture.generate(prompts, {
			followedBy: [{ type: 'test.pass' }],
			...options,
			parameters: { waitFor: 'callback', ...options.parameters },
		});
		const cost = () => ({
			creates: billing.creates - before.creates,
			credits: paid() - before.credits,
		});
		return { result, cost };
	};

	/** The status of each item once callbacks have resumed the execution, with its prompt or error code. */
	const finished = async (result: Result) => {
		const last = await fixture.engine.waiting(result).finished();
		return last
			.itemsOf('Pass')
			.map(({ json }) => [
				json.status,
				fixture.sandbox.tasks.get(String(json.taskId))?.prompt ?? json.errorCode,
			]);
	};

	test('Retry On Fail with "Continue" tries the failed item again before the execution waits', async () => {
		const prompts = ['A red fox [create: 422 once]', 'A blue owl', 'A green hare'];
		const { result, cost } = await run(prompts, {
			retryOnFail: true,
			onError: 'continueRegularOutput',
		});
		expect(result.status).toBe('waiting');
		expect(await finished(result)).toEqual(prompts.map((prompt) => ['succeeded', prompt]));
		expect(cost()).toEqual({ creates: 3, credits: 15 });
	});

	test.each([2, 3, 5])(
		'after %d tries it waits for the others, and the failed item keeps its error',
		async (maxTries) => {
			const before = fixture.sandbox.requests.length;
			const { result, cost } = await run(
				[`A refused fox ${maxTries} [create: 422]`, 'A blue owl'],
				{ retryOnFail: true, maxTries, onError: 'continueRegularOutput' },
			);
			expect(result.status).toBe('waiting');
			const sent = fixture.sandbox.requests.slice(before);
			expect(sent.filter(({ route }) => route === 'create')).toHaveLength(maxTries + 1);
			expect(await finished(result)).toEqual([
				['failed', 'request-rejected'],
				['succeeded', 'A blue owl'],
			]);
			expect(cost()).toEqual({ creates: 1, credits: 5 });
		},
	);

	test('the prompts of a retry are those of the input items, not of the items that wait', async () => {
		const { result, cost } = await run(['A red fox [create: 422 once]', 'A blue owl'], {
			retryOnFail: true,
			onError: 'continueRegularOutput',
			parameters: { prompt: '=A photo of {{ $json.prompt }}' },
		});
		expect(await finished(result)).toEqual([
			['succeeded', 'A photo of A red fox [create: 422 once]'],
			['succeeded', 'A photo of A blue owl'],
		]);
		expect(cost()).toEqual({ creates: 2, credits: 10 });
	});

	test('a retry by a person polls the tasks of the first execution, whose callbacks go there', async () => {
		const prompts = ['A slow owl [task: takes 60 s]', 'A red fox [create: 402 once]'];
		const { result: failed, cost } = await run(prompts, {
			parameters: { options: { timeoutSeconds: 20 } },
		});
		expect(failed.status).toBe('error');
		const before = fixture.clock.now();
		const retried = await fixture.engine.retry(failed);
		// It did not wait for a callback that never comes: after its time limit it fails again.
		expect(retried.status).toBe('error');
		expect(fixture.clock.now() - before).toBeLessThan(60_000);
		const last = await fixture.engine.retry(retried);
		expect(last.status).toBe('success');
		expect(last.itemsOf('Pass').map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect(cost()).toEqual({ creates: 2, credits: 10 });
	});

	test('a retry by a person waits for the callbacks of the tasks that it creates itself', async () => {
		const { result: failed, cost } = await run(['A brown bear [create: 402 once]', 'A blue owl']);
		expect(failed.status).toBe('error');
		const retried = await fixture.engine.retry(failed);
		expect(retried.status).toBe('waiting');
		expect(await finished(retried)).toEqual([
			['succeeded', 'A brown bear [create: 402 once]'],
			['succeeded', 'A blue owl'],
		]);
		expect(cost()).toEqual({ creates: 2, credits: 10 });
	});
});
