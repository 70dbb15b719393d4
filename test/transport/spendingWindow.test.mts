import { outcomeOf } from '../../nodes/Flux2/api/failures';
import { chargedBy, Flux2Failure } from '../../nodes/Flux2/api/failures';
import type { RequestBody } from '../../nodes/Flux2/api/contract';
import { accountState, resetAccounts } from '../../nodes/Flux2/transport/account';
import { Client } from '../../nodes/Flux2/transport/client';
import { SpendingWindow } from '../../nodes/Flux2/transport/spendingWindow';
import { useVirtualTime } from './virtualTime.mts';

const { now, sleep } = useVirtualTime();

beforeEach(resetAccounts);

const HOUR_MS = 3_600_000;
const BODY: RequestBody = {
	model: 'flux-2',
	prompt: 'A red fox',
	type: 'pro',
	resolution: '1K',
	aspect_ratio: '1:1',
};

/** What a reservation is refused with; undefined where it is not. */
function refusalOf(work: () => unknown): Flux2Failure | undefined {
	try {
		work();
		return undefined;
	} catch (error) {
		if (error instanceof Flux2Failure) return error;
		throw error;
	}
}

describe('the daily credit limit', () => {
	test('lets images be made up to the limit, and refuses the next one for free', () => {
		const spending = new SpendingWindow();
		for (let image = 0; image < 4; image += 1) spending.reserve(5, 20);
		const refusal = refusalOf(() => spending.reserve(5, 20));
		expect(refusal?.failure).toEqual({
			kind: 'daily-credit-limit',
			limit: 20,
			held: 20,
			credits: 5,
		});
		expect(chargedBy(refusal!.failure)).toBe('no');
		expect(spending.spent).toBe(20);
	});

	test('a cheaper image still fits where a dear one does not', () => {
		const spending = new SpendingWindow();
		spending.reserve(14, 20);
		expect(refusalOf(() => spending.reserve(7, 20))).toBeDefined();
		expect(refusalOf(() => spending.reserve(5, 20))).toBeUndefined();
	});

	test('0 is no limit, and what is spent without one counts once there is one', () => {
		const spending = new SpendingWindow();
		for (let image = 0; image < 1_000; image += 1) spending.reserve(24, 0);
		expect(spending.spent).toBe(24_000);
		expect(refusalOf(() => spending.reserve(5, 100))).toBeDefined();
	});

	test('what was refused or failed for free does not count, however often it is said', () => {
		const spending = new SpendingWindow();
		const free = spending.reserve(5, 10);
		spending.reserve(5, 10);
		free.release();
		free.release();
		expect(spending.spent).toBe(5);
		expect(refusalOf(() => spending.reserve(5, 10))).toBeUndefined();
		expect(refusalOf(() => spending.reserve(5, 10))).toBeDefined();
	});

	test('is of any 24 hours, not of a calendar day', async () => {
		const spending = new SpendingWindow();
		spending.reserve(10, 20);
		await sleep(13 * HOUR_MS);
		spending.reserve(10, 20);
		await sleep(10.9 * HOUR_MS);
		expect(refusalOf(() => spending.reserve(10, 20))?.failure).toMatchObject({ held: 20 });
		await sleep(0.2 * HOUR_MS);
		expect(spending.spent).toBe(10);
		expect(refusalOf(() => spending.reserve(10, 20))).toBeUndefined();
	});

	test('a release that comes after more than a day changes nothing', async () => {
		const spending = new SpendingWindow();
		const old = spending.reserve(10, 0);
		await sleep(25 * HOUR_MS);
		spending.reserve(5, 0);
		old.release();
		expect(spending.spent).toBe(5);
	});

	test('takes no more memory for a million images than for a few', async () => {
		const spending = new SpendingWindow();
		for (let hour = 0; hour < 30; hour += 1) {
			for (let image = 0; image < 30_000; image += 1) spending.reserve(5, 0);
			await sleep(HOUR_MS);
		}
		expect(spending.spent).toBeLessThanOrEqual(25 * 30_000 * 5);
		expect((spending as unknown as { buckets: Map<number, number> }).buckets.size).toBeLessThan(30);
	});

	test('gives back what a task counted that fails later, once, and for the newest 2,000 tasks', () => {
		const spending = new SpendingWindow();
		for (let task = 1; task <= 2_001; task += 1)
			spending.taskCreated(`task-${task}`, spending.reserve(5, 0));
		for (const taskId of ['task-2', 'task-2', 'task-2001', 'of another process'])
			spending.taskFailed(taskId);
		expect(spending.spent).toBe(1_999 * 5);
		spending.taskFailed('task-1');
		expect(spending.spent).toBe(1_999 * 5);
	});
});

describe('executions that run at the same time', () => {
	/** What an execution does with its reservation; the answer decides whether it was free. */
	async function createImage(client: Client, limit: number): Promise<string> {
		const { spending } = accountState({ baseUrl: 'https://api.example', apiKey: 'key-123456' });
		const reservation = spending.reserve(5, limit);
		const created = await outcomeOf(client.createTask(BODY, now() + 60_000));
		if ('value' in created) return created.value.id;
		if (chargedBy(created.failure.failure) === 'no') reservation.release();
		throw created.failure;
	}

	function clientOf(statusCode: number) {
		let sent = 0;
		const account = accountState({ baseUrl: 'https://api.example', apiKey: 'key-123456' });
		const client = new Client(
			'https://api.example',
			async () => {
				sent += 1;
				const body = statusCode === 200 ? { data: { task_id: `task-${sent}` } } : {};
				await sleep(1_000);
				return { statusCode, headers: {}, body };
			},
			account.limiter.forRun(),
			(text) => text,
		);
		return { client, sent: () => sent };
	}

	test('cannot get past the limit together, and what is refused is never sent', async () => {
		const { client, sent } = clientOf(200);
		const all = Array.from({ length: 30 }, async () => await outcomeOf(createImage(client, 50)));
		const outcomes = await Promise.all(all);
		const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
		expect(failures).toHaveLength(20);
		for (const { failure } of failures)
			expect(failure).toEqual({ kind: 'daily-credit-limit', limit: 50, held: 50, credits: 5 });
		expect(sent()).toBe(10);
	});

	test('are not stopped by images that were refused for free', async () => {
		const refused = clientOf(422);
		for (let image = 0; image < 20; image += 1)
			expect(await outcomeOf(createImage(refused.client, 50))).toHaveProperty('failure');
		expect(refused.sent()).toBe(20);
		expect(await createImage(clientOf(200).client, 50)).toBe('task-1');
	});

	test('are stopped by images that may have been charged', async () => {
		const lost = clientOf(500);
		for (let image = 0; image < 20; image += 1) await outcomeOf(createImage(lost.client, 50));
		expect(lost.sent()).toBe(10);
	});
});
