import type { Step } from '../../nodes/Flux2/api/failures';
import { RateLimiter } from '../../nodes/Flux2/transport/rateLimiter';
import type { Permit, RunLimiter } from '../../nodes/Flux2/transport/runLimiter';
import { useVirtualTime } from './virtualTime.mts';

const { now, sleep } = useVirtualTime();

const NEVER = Number.POSITIVE_INFINITY;

const STEPS: Step[] = ['create', 'poll'];

/** A permit that has to come. */
async function permitFor(limiter: RunLimiter, step: Step): Promise<Permit> {
	const permit = await limiter.acquire(step, NEVER);
	if (permit === undefined) throw new Error('There was no permit');
	return permit;
}

describe.each(STEPS)('each %s request', (step) => {
	test('no second sees more than 50 of one run, however many wait', async () => {
		const limiter = new RateLimiter().forRun();
		const sentAt: number[] = [];
		const requests = async () => {
			for (let request = 0; request < 5; request += 1) {
				(await permitFor(limiter, step)).accepted();
				sentAt.push(now());
			}
		};
		await Promise.all(Array.from({ length: 60 }, requests));
		expect(sentAt).toHaveLength(300);
		for (const from of sentAt)
			expect(sentAt.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(50);
	});

	test('after a 429 all runs wait as long as the service said', async () => {
		const account = new RateLimiter();
		(await permitFor(account.forRun(), step)).refused(7_000);
		const until = now() + 7_000;
		const sentAt = await Promise.all(
			Array.from({ length: 5 }, async () => {
				(await permitFor(account.forRun(), step)).accepted();
				return now();
			}),
		);
		for (const at of sentAt) expect(at).toBeGreaterThanOrEqual(until);
	});

	test('"come back in 0 seconds" is no leave to hammer', async () => {
		const limiter = new RateLimiter().forRun();
		const from = now();
		const sentAt: number[] = [];
		while (now() - from < 60_000) {
			const permit = await permitFor(limiter, step);
			sentAt.push(now() - from);
			permit.refused(0);
		}
		const requests = sentAt.filter((at) => at < 60_000).length;
		// Creates are probed a little more often, so that what is learned is not off by a half.
		expect(requests).toBeLessThanOrEqual(step === 'poll' ? 10 : 12);
	});

	test('the longest pause that any of those under way was told holds', async () => {
		const limiter = new RateLimiter().forRun();
		const permits = [
			await permitFor(limiter, step),
			await permitFor(limiter, step),
			await permitFor(limiter, step),
		];
		await sleep(100);
		const from = now();
		for (const [index, wait] of [2_000, 9_000, 1_000].entries()) permits[index]!.refused(wait);
		await permitFor(limiter, step);
		expect(now() - from).toBeGreaterThanOrEqual(9_000);
	});

	test('a pause beyond the deadline is waited for until the deadline, and then there is no permit', async () => {
		const limiter = new RateLimiter().forRun();
		(await permitFor(limiter, step)).refused(3_600_000);
		const from = now();
		expect(await limiter.acquire(step, from + 20_000)).toBeUndefined();
		expect(now() - from).toBe(20_000);
	});

	test('a cancelled execution has no permit, and notices it within half a second', async () => {
		const cancel = new AbortController();
		const account = new RateLimiter();
		(await permitFor(account.forRun(), step)).refused(60_000);
		const permit = account.forRun(cancel.signal).acquire(step, NEVER);
		await sleep(3_250);
		cancel.abort();
		const cancelledAt = now();
		expect(await permit).toBeUndefined();
		expect(now() - cancelledAt).toBeLessThanOrEqual(500);
	});

	test('goes at once where nothing was refused, by any run', async () => {
		const account = new RateLimiter();
		const from = now();
		for (let run = 0; run < 100; run += 1) {
			(await permitFor(account.forRun(), step)).accepted();
			await sleep(10);
		}
		expect(now() - from).toBe(1_000);
	});
});

describe('polls', () => {
	test('where the service does not say how long, the wait doubles from refusal to refusal', async () => {
		const limiter = new RateLimiter().forRun();
		const waits: number[] = [];
		for (let refusal = 0; refusal < 7; refusal += 1) {
			(await permitFor(limiter, 'poll')).refused(undefined);
			const from = now();
			await permitFor(limiter, 'poll');
			waits.push(Math.round((now() - from) / 100) / 10);
		}
		expect(waits.map((wait) => Math.round(wait * 4) / 4)).toEqual([
			0.75, 1.5, 3, 6, 12, 22.5, 22.5,
		]);
	});

	test('refusals of polls that were under way when the pause began count as one', async () => {
		const limiter = new RateLimiter().forRun();
		const permits: Permit[] = [];
		for (let request = 0; request < 5; request += 1) permits.push(await permitFor(limiter, 'poll'));
		await sleep(100);
		const from = now();
		for (const permit of permits) permit.refused(undefined);
		await permitFor(limiter, 'poll');
		expect(now() - from).toBeLessThan(1_100);
	});

	test('a success ends the doubling', async () => {
		const limiter = new RateLimiter().forRun();
		for (let refusal = 0; refusal < 5; refusal += 1)
			(await permitFor(limiter, 'poll')).refused(undefined);
		(await permitFor(limiter, 'poll')).accepted();
		(await permitFor(limiter, 'poll')).refused(undefined);
		const from = now();
		await permitFor(limiter, 'poll');
		expect(now() - from).toBeLessThanOrEqual(1_100);
	});

	test('do not wait for a limit on creates', async () => {
		const account = new RateLimiter();
		(await permitFor(account.forRun(), 'create')).refused(60_000);
		const from = now();
		await permitFor(account.forRun(), 'poll');
		expect(now() - from).toBeLessThan(50);
	});
});

describe('creates', () => {
	test('after a refusal one goes ahead, and the others wait for its answer', async () => {
		const account = new RateLimiter();
		(await permitFor(account.forRun(), 'create')).refused(1_000);
		const permits: Permit[] = [];
		for (let run = 0; run < 5; run += 1)
			void permitFor(account.forRun(), 'create').then((permit) => permits.push(permit));
		await sleep(4_000);
		expect(permits).toHaveLength(1);
		permits[0]!.accepted();
		await sleep(5_000);
		expect(permits.length).toBeGreaterThan(1);
	});

	test('an answer that never comes holds the others for a few seconds at most', async () => {
		const account = new RateLimiter();
		(await permitFor(account.forRun(), 'create')).refused(1_000);
		await permitFor(account.forRun(), 'create');
		const from = now();
		await permitFor(account.forRun(), 'create');
		expect(now() - from).toBeLessThanOrEqual(6_000);
	});

	test('a run of one does not wait behind the two hundred of another', async () => {
		const account = new RateLimiter();
		(await permitFor(account.forRun(), 'create')).refused(1_000);
		const order: string[] = [];
		const wait = (run: RunLimiter, name: string) =>
			permitFor(run, 'create').then((permit) => {
				order.push(name);
				permit.accepted();
			});
		const many = account.forRun();
		const all = Array.from({ length: 200 }, () => wait(many, 'many'));
		all.push(wait(account.forRun(), 'one'));
		await Promise.all(all);
		expect(order.indexOf('one')).toBeLessThanOrEqual(1);
	});

	test('within a run those with the earliest deadline go first', async () => {
		const account = new RateLimiter();
		const run = account.forRun();
		(await permitFor(run, 'create')).refused(1_000);
		const order: number[] = [];
		const deadlines = [90_000, 60_000, 70_000].map((ms) => now() + ms);
		await Promise.all(
			deadlines.map(async (deadline, index) => {
				const permit = await run.acquire('create', deadline);
				order.push(index);
				permit?.accepted();
			}),
		);
		expect(order).toEqual([1, 2, 0]);
	});

	test('what was learned is forgotten after an hour without a create', async () => {
		const account = new RateLimiter();
		const creates = async (): Promise<number> => {
			const permits = await Promise.all(
				Array.from({ length: 10 }, async () => {
					const sentAt = now();
					await sleep(1);
					return { sentAt, permit: await permitFor(account.forRun(), 'create') };
				}),
			);
			permits.forEach(({ permit }, index) =>
				index < 3 ? permit.accepted() : permit.refused(undefined),
			);
			return permits.length;
		};
		expect(await creates()).toBe(10);
		const waiting = creates();
		let isDone = false;
		void waiting.then(() => (isDone = true));
		await sleep(500);
		expect(isDone).toBe(false);
		await waiting;
		await sleep(3_601_000);
		const from = now();
		await creates();
		expect(now() - from).toBeLessThan(100);
	});

	test('a clock that was put back does not stop them', async () => {
		const account = new RateLimiter();
		(await permitFor(account.forRun(), 'create')).refused(500_000);
		const { clock } = await import('../../nodes/Flux2/transport/clock');
		const { now: ahead } = clock;
		clock.now = () => ahead() - 86_400_000;
		const permit = await account.forRun().acquire('create', clock.now() + 1_000);
		expect(permit).toBeDefined();
	});
});
