import { Flux2Failure, type Failure } from '../../nodes/Flux2/api/failures';
import type { Task } from '../../nodes/Flux2/api/task';
import { pollUntilDone } from '../../nodes/Flux2/transport/polling';

const ID = 'task-1';
const pending: Task = { state: 'pending', id: ID, providerStatus: 'IN_PROGRESS', imageUrls: [] };
const done: Task = {
	state: 'succeeded',
	id: ID,
	providerStatus: 'SUCCESS',
	imageUrls: ['https://a.b/c.png'],
};
const failWith = (failure: Failure) => new Flux2Failure(failure, ID);
const apiError = (code: number) => failWith({ kind: 'api-error', step: 'poll', code, text: 'no' });

/** Polls return `responses` one after another, then always the last. Time passes only in pauses. */
async function poll(
	responses: Array<Task | Flux2Failure>,
	{ timeoutSeconds = 60, unknownAge = false, cancelAfter = Infinity } = {},
) {
	let time = 0;
	let polls = 0;
	const outcome = await pollUntilDone({
		taskId: ID,
		createdAt: unknownAge ? undefined : 0,
		deadline: timeoutSeconds * 1_000,
		timeoutSeconds,
		getTask: async () => {
			const response = responses[Math.min(polls, responses.length - 1)]!;
			polls += 1;
			if (response instanceof Flux2Failure) throw response;
			return response;
		},
		pause: async (ms) => {
			time += ms;
			return time < cancelAfter;
		},
		now: () => time,
		random: () => 0.5,
	}).catch((error: unknown) => error);
	return { outcome, time, polls };
}

const failureOf = (outcome: unknown): Failure => (outcome as Flux2Failure).failure;

test('a task is polled until it is done', async () => {
	const { outcome, polls } = await poll([pending, pending, done]);
	expect(outcome).toBe(done);
	expect(polls).toBe(3);
});

describe('a poll is repeated after', () => {
	test.each<[string, Flux2Failure]>([
		['no response', failWith({ kind: 'no-answer', step: 'poll', code: 'ECONNRESET', sent: true })],
		[
			'an unreadable response',
			failWith({ kind: 'unreadable-answer', step: 'poll', excerpt: 'a web page' }),
		],
		['500', apiError(500)],
		['429', apiError(429)],
		['maintenance', apiError(455)],
		['404 for a task that was just created', apiError(404)],
	])('%s', async (_name, failure) => {
		const { outcome, polls } = await poll([failure, failure, pending, done]);
		expect(outcome).toBe(done);
		expect(polls).toBe(4);
	});
});

describe('polling ends at once, with the task ID, after', () => {
	test.each<[string, Flux2Failure, object]>([
		['a rejected API key', apiError(401), {}],
		['too few credits', apiError(402), {}],
		['404 for a task of unknown age', apiError(404), { unknownAge: true }],
		['a redirect', failWith({ kind: 'redirected', step: 'poll', host: 'x', status: 302 }), {}],
	])('%s', async (_name, failure, options) => {
		const { outcome, polls } = await poll([failure], options);
		expect(outcome).toBe(failure);
		expect(polls).toBe(1);
	});

	test('404 for a new task, once the grace period of 30 seconds is over', async () => {
		const { outcome, time } = await poll([apiError(404)], { timeoutSeconds: 300 });
		expect(failureOf(outcome)).toMatchObject({ kind: 'api-error', code: 404 });
		expect(time).toBeGreaterThanOrEqual(30_000);
		expect(time).toBeLessThan(90_000);
	});
});

describe('a task that is done without an image', () => {
	const noImage = failWith({ kind: 'no-image', providerStatus: 'SUCCESS', excerpt: '{}' });

	test('is polled again, because its image may appear a moment later', async () => {
		const { outcome, polls } = await poll([pending, noImage, noImage, done]);
		expect(outcome).toBe(done);
		expect(polls).toBe(4);
	});

	test('fails, with the task ID, if no image appears within 10 seconds', async () => {
		const { outcome, time, polls } = await poll([noImage], { timeoutSeconds: 300 });
		expect(outcome).toBe(noImage);
		expect(time).toBeGreaterThanOrEqual(10_000);
		expect(time).toBeLessThan(20_000);
		expect(polls).toBeGreaterThan(2);
	});

	test('fails at the time limit, not later', async () => {
		const { outcome, time } = await poll([noImage], { timeoutSeconds: 5 });
		expect(outcome).toBe(noImage);
		expect(time).toBe(5_000);
	});
});

describe('the time limit', () => {
	test('polls a last time when the time is up, not before', async () => {
		const { outcome, time } = await poll([pending], { timeoutSeconds: 20 });
		expect(failureOf(outcome)).toEqual({
			kind: 'timeout',
			seconds: 20,
			providerStatus: 'IN_PROGRESS',
		});
		expect((outcome as Flux2Failure).taskId).toBe(ID);
		expect(time).toBe(20_000);
	});

	test('reports the error of the last poll', async () => {
		const { outcome } = await poll([pending, apiError(500)], { timeoutSeconds: 20 });
		expect(failureOf(outcome)).toMatchObject({
			providerStatus: 'IN_PROGRESS',
			lastError: '500 no',
		});
	});

	test('accepts images with an unknown status when the time is up', async () => {
		const unknown: Task = {
			state: 'unknown',
			id: ID,
			providerStatus: 'REVIEWING',
			imageUrls: ['https://a.b/c'],
		};
		const { outcome, time } = await poll([unknown], { timeoutSeconds: 20 });
		expect(outcome).toMatchObject({ state: 'succeeded', imageUrls: ['https://a.b/c'] });
		expect(time).toBe(20_000);
	});
});

test('a cancelled execution stops polling', async () => {
	const { outcome, polls } = await poll([pending], { cancelAfter: 5_000 });
	expect(failureOf(outcome)).toEqual({ kind: 'cancelled' });
	expect(polls).toBeLessThanOrEqual(2);
});
