import { taskIdsOf } from '../../nodes/Flux2/api/callback';
import type { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { readCreated, readTask } from '../../nodes/Flux2/api/readTask';
import { pollUntilDone } from '../../nodes/Flux2/transport/polling';
import { clientOver } from '../transport/clientOver.mts';
import {
	CALLBACKS,
	CREATED,
	DONE,
	FAILED,
	FINISHED_AT_ONCE,
	ID,
	PENDING,
	SENT,
	type Row,
} from './contractAnswers.mts';

const TIMEOUT_SECONDS = 300;

const dataOf = ([, answer]: Row): unknown => (answer as { data?: unknown }).data;

/** Every answer with what it tells in `data`. */
const wrapped = (rows: Row[]): Row[] =>
	rows.map((row) => {
		const [name, answer, expected] = row;
		if (dataOf(row) !== undefined) return row;
		return [name, { code: 200, message: 'success', data: answer }, expected];
	});

/** Every answer with what it tells at its root. What stands around `data` cannot be moved into it. */
const bare = (rows: Row[]): Row[] =>
	rows.flatMap((row): Row[] => {
		const [name, answer, expected] = row;
		const data = dataOf(row);
		if (data === undefined) return [row];
		const { code = 200, status } = answer as { code?: number; status?: string };
		const isMovable = typeof data === 'object' && !Array.isArray(data) && code === 200 && !status;
		return isMovable ? [[name, data as object, expected]] : [];
	});

/** Follows the task, as the node does, over these answers. */
async function pollAll(answers: readonly unknown[]) {
	let time = 0;
	const { client, sent } = clientOver(answers.map((body) => ({ body })));
	const outcome = await pollUntilDone({
		taskId: ID,
		createdAt: 0,
		deadline: TIMEOUT_SECONDS * 1_000,
		timeoutSeconds: TIMEOUT_SECONDS,
		getTask: async () => await client.getTask(ID, { sent: [SENT] }),
		pause: async (ms) => {
			time += ms;
			return true;
		},
		now: () => time,
		random: () => 0.5,
	}).catch((error: Flux2Failure) => error.failure);
	return { outcome, polls: sent.length };
}

const pending = { code: 200, message: 'success', data: { task_id: ID, status: 'IN_PROGRESS' } };

const STAGES: Array<[stage: string, rows: Row[]]> = [
	['is still being made', PENDING],
	['is done', DONE],
	['has failed', FAILED],
];

describe.each([
	['wrapped in data', wrapped],
	['not wrapped in data', bare],
])('every answer that is known of the service, %s', (_form, form) => {
	describe.each(STAGES)('a task that %s', (stage, rows) => {
		const state = { 'is done': 'succeeded', 'has failed': 'failed' }[stage];
		test.each(form(rows).map(([name, answer, expected]) => ({ name, answer, expected })))(
			'$name',
			async ({ answer, expected }) => {
				const task = readTask(answer, ID, [SENT]);
				const { unknownKeys, ...rest } = expected as { unknownKeys?: string[] };
				expect(task).toMatchObject({ id: ID, ...(state && { state }), ...rest });
				expect('unknownKeys' in task).toBe(unknownKeys !== undefined);

				const { outcome, polls } = await pollAll([pending, answer]);
				if (state === undefined) {
					expect(outcome).toMatchObject({ kind: 'timeout' });
					return;
				}
				// Known at the next poll, never only at the time limit.
				expect(polls).toBe(2);
				expect(outcome).toEqual(task);
			},
		);
	});

	test.each(form(CREATED).map(([name, answer, expected]) => ({ name, answer, expected })))(
		'a create: $name',
		async ({ answer, expected }) => {
			expect(readCreated(answer, [SENT])).toMatchObject({ state: 'pending', ...expected });
			const { client } = clientOver([{ body: answer }]);
			expect(await client.createTask({} as never, Infinity)).toMatchObject(expected);
		},
	);

	test.each(form(FINISHED_AT_ONCE).map(([name, answer, expected]) => ({ name, answer, expected })))(
		'a create that needs no poll: $name',
		async ({ answer, expected }) => {
			const { unknownKeys, ...rest } = expected as { unknownKeys?: string[] };
			const task = readCreated(answer, [SENT]);
			expect(task).toMatchObject(rest);
			expect(task && 'unknownKeys' in task).toBe(unknownKeys !== undefined);
			const { client } = clientOver([{ body: answer }]);
			expect(await client.createTask({} as never, Infinity)).toEqual(task);
		},
	);
});

test('the key under which an image of unknown shape stood is named', () => {
	const rows = [...DONE, ...FINISHED_AT_ONCE].filter(([, , expected]) => 'unknownKeys' in expected);
	expect(rows).toHaveLength(2);
	for (const [, answer, expected] of rows)
		expect(readTask(answer, ID, [SENT])).toMatchObject({
			unknownKeys: (expected as { unknownKeys: string[] }).unknownKeys,
		});
});

describe('a code beside the answer to a poll', () => {
	test.each([202, 422, 500, 501, 505, -1, 'code 1'])(
		'%s means that the task is still being made',
		async (code) => {
			const body = { code: code === 'code 1' ? '1' : code, msg: 'recordInfo is null', data: null };
			const [, done] = DONE[0]!;
			const { outcome, polls } = await pollAll([body, body, done]);
			expect(outcome).toMatchObject({ state: 'succeeded' });
			expect(polls).toBe(3);
		},
	);

	test('it is named at the time limit', async () => {
		const { outcome } = await pollAll([{ code: 202, msg: 'still at it', data: null }]);
		expect(outcome).toMatchObject({ kind: 'timeout', lastError: '202 still at it' });
	});

	test.each([401, 402, 403])('%s ends it at once', async (code) => {
		const { outcome, polls } = await pollAll([pending, { code, msg: 'no' }]);
		expect(outcome).toEqual({ kind: 'api-error', step: 'poll', code, text: 'no', inBody: true });
		expect(polls).toBe(2);
	});

	test('404 ends it at once where it names the task and calls it an error', async () => {
		const answer = { code: 404, msg: 'gone', data: { task_id: ID, status: 'error' } };
		const { client } = clientOver([{ body: answer }]);
		const failure = await client.getTask(ID).catch((error: Flux2Failure) => error.failure);
		expect(failure).toMatchObject({ kind: 'api-error', code: 404 });
	});
});

describe('every callback that is known of the service', () => {
	test.each(CALLBACKS)('%s', (_name, body, ids) => {
		expect(taskIdsOf(body, {}).sort()).toEqual([...ids].sort());
	});

	test('the query may name one too', () => {
		expect(taskIdsOf({}, { task_id: ID, flux2_token: 'x' })).toEqual([ID]);
	});

	test('one id, however often it is named, is one', () => {
		expect(taskIdsOf([{ id: ID }, { task_id: ID, data: { taskId: ID } }], { id: ID })).toEqual([
			ID,
		]);
	});

	test('the root and the payload are not crowded out by a long list', () => {
		const songs = Array.from({ length: 500 }, (_, index) => ({ id: `song${index}` }));
		const ids = taskIdsOf({ task_id: ID, data: songs }, {});
		expect(ids[0]).toBe(ID);
		expect(ids).toHaveLength(20);
	});
});
