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
const fails = (failure: Failure) => new Flux2Failure(failure, ID);
const refused = (code: number) => fails({ kind: 'api-error', step: 'poll', code, text: 'no' });

/** Looks give `answers` one after another, the last for ever. Time passes only in pauses. */
async function watch(
	answers: Array<Task | Flux2Failure>,
	{ timeoutSeconds = 60, unknownAge = false, cancelAfter = Infinity } = {},
) {
	let time = 0;
	let looks = 0;
	const outcome = await pollUntilDone({
		taskId: ID,
		createdAt: unknownAge ? undefined : 0,
		deadline: timeoutSeconds * 1_000,
		timeoutSeconds,
		getTask: async () => {
			const answer = answers[Math.min(looks, answers.length - 1)]!;
			looks += 1;
			if (answer instanceof Flux2Failure) throw answer;
			return answer;
		},
		pause: async (ms) => {
			time += ms;
			return time < cancelAfter;
		},
		now: () => time,
		random: () => 0.5,
	}).catch((error: unknown) => error);
	return { outcome, time, looks };
}

const failureOf = (outcome: unknown): Failure => (outcome as Flux2Failure).failure;

test('a task is looked at until it is settled', async () => {
	const { outcome, looks } = await watch([pending, pending, done]);
	expect(outcome).toBe(done);
	expect(looks).toBe(3);
});

describe('a look that goes wrong is repeated, since it costs nothing', () => {
	test.each<[string, Flux2Failure]>([
		['no answer', fails({ kind: 'no-answer', step: 'poll', code: 'ECONNRESET', sent: true })],
		[
			'an answer that cannot be read',
			fails({ kind: 'unreadable-answer', step: 'poll', excerpt: 'a web page' }),
		],
		['500', refused(500)],
		['429', refused(429)],
		['maintenance', refused(455)],
		['404 on a task that was just created', refused(404)],
	])('%s', async (_name, failure) => {
		const { outcome, looks } = await watch([failure, failure, pending, done]);
		expect(outcome).toBe(done);
		expect(looks).toBe(4);
	});
});

describe('a look that another look cannot mend ends it at once, with the task ID', () => {
	test.each<[string, Flux2Failure, object]>([
		['the key', refused(401), {}],
		['no credits', refused(402), {}],
		['404 on a task of unknown age', refused(404), { unknownAge: true }],
		['a redirect', fails({ kind: 'redirected', step: 'poll', host: 'x', status: 302 }), {}],
		[
			'done without an image',
			fails({ kind: 'no-image', providerStatus: 'SUCCESS', excerpt: '{}' }),
			{},
		],
	])('%s', async (_name, failure, options) => {
		const { outcome, looks } = await watch([failure], options);
		expect(outcome).toBe(failure);
		expect(looks).toBe(1);
	});

	test('404 on a new task, once 30 seconds are over', async () => {
		const { outcome, time } = await watch([refused(404)], { timeoutSeconds: 300 });
		expect(failureOf(outcome)).toMatchObject({ kind: 'api-error', code: 404 });
		expect(time).toBeGreaterThanOrEqual(30_000);
		expect(time).toBeLessThan(90_000);
	});
});

describe('the time limit', () => {
	test('the last look is made when the time is up, not before', async () => {
		const { outcome, time } = await watch([pending], { timeoutSeconds: 20 });
		expect(failureOf(outcome)).toEqual({
			kind: 'timeout',
			seconds: 20,
			providerStatus: 'IN_PROGRESS',
		});
		expect((outcome as Flux2Failure).taskId).toBe(ID);
		expect(time).toBe(20_000);
	});

	test('says why the last look brought nothing', async () => {
		const { outcome } = await watch([pending, refused(500)], { timeoutSeconds: 20 });
		expect(failureOf(outcome)).toMatchObject({
			providerStatus: 'IN_PROGRESS',
			lastError: '500 no',
		});
	});

	test('images under an unknown word are taken when the time is up', async () => {
		const unknown: Task = {
			state: 'unknown',
			id: ID,
			providerStatus: 'REVIEWING',
			imageUrls: ['https://a.b/c'],
		};
		const { outcome, time } = await watch([unknown], { timeoutSeconds: 20 });
		expect(outcome).toMatchObject({ state: 'succeeded', imageUrls: ['https://a.b/c'] });
		expect(time).toBe(20_000);
	});
});

test('a cancelled execution is not looked at any more', async () => {
	const { outcome, looks } = await watch([pending], { cancelAfter: 5_000 });
	expect(failureOf(outcome)).toEqual({ kind: 'cancelled' });
	expect(looks).toBeLessThanOrEqual(2);
});
