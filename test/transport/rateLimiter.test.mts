import { RateLimiter } from '../../nodes/Flux2/transport/rateLimiter';
import { useVirtualTime } from './virtualTime.mts';

const { now, sleep } = useVirtualTime();

const NEVER = Number.POSITIVE_INFINITY;

function throttleOf(signal?: AbortSignal) {
	const widths: string[] = [];
	const width = {
		decrease: () => widths.push('decrease'),
		increase: () => widths.push('increase'),
	};
	return { throttle: new RateLimiter(width, signal), widths };
}

describe('the pace that all lanes keep', () => {
	test('no second sees more than 50 requests, however many lanes there are', async () => {
		const { throttle } = throttleOf();
		const sentAt: number[] = [];
		const lane = async () => {
			for (let request = 0; request < 5; request += 1) {
				await throttle.acquire(NEVER);
				sentAt.push(now());
			}
		};
		await Promise.all(Array.from({ length: 60 }, lane));
		expect(sentAt).toHaveLength(300);
		for (const from of sentAt)
			expect(sentAt.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(50);
	});

	test('after a 429 every lane waits as long as the service said', async () => {
		const { throttle, widths } = throttleOf();
		await throttle.acquire(NEVER);
		throttle.onRateLimited(now(), 7_000);
		const until = now() + 7_000;
		const turns = await Promise.all(
			Array.from({ length: 5 }, async () => [await throttle.acquire(NEVER), now()] as const),
		);
		for (const [came, at] of turns) {
			expect(came).toBe(true);
			expect(at).toBeGreaterThanOrEqual(until);
		}
		expect(widths).toEqual(['decrease']);
	});

	test('where the service does not say how long, the wait doubles from refusal to refusal', async () => {
		const { throttle } = throttleOf();
		const waits: number[] = [];
		for (let refusal = 0; refusal < 7; refusal += 1) {
			await throttle.acquire(NEVER);
			throttle.onRateLimited(now(), undefined);
			const from = now();
			await throttle.acquire(NEVER);
			waits.push(Math.round((now() - from) / 100) / 10);
		}
		expect(waits.map((wait) => Math.round(wait * 4) / 4)).toEqual([
			0.75, 1.5, 3, 6, 12, 22.5, 22.5,
		]);
	});

	test('"come back in 0 seconds" is no leave to hammer', async () => {
		const { throttle } = throttleOf();
		const from = now();
		let requests = 0;
		while (now() - from < 60_000) {
			await throttle.acquire(NEVER);
			throttle.onRateLimited(now(), 0);
			requests += 1;
		}
		expect(requests).toBeLessThanOrEqual(10);
	});

	test('refusals of requests that were under way when the pause began count as one', async () => {
		const { throttle, widths } = throttleOf();
		const sentAt: number[] = [];
		for (let request = 0; request < 5; request += 1) {
			await throttle.acquire(NEVER);
			sentAt.push(now());
		}
		await sleep(100);
		const from = now();
		for (const at of sentAt) throttle.onRateLimited(at, undefined);
		await throttle.acquire(NEVER);
		expect(widths).toEqual(['decrease']);
		expect(now() - from).toBeLessThan(1_100);
	});

	test('but the longest pause that any of them was told holds', async () => {
		const { throttle } = throttleOf();
		const sentAt = now();
		await sleep(100);
		const from = now();
		throttle.onRateLimited(sentAt, 2_000);
		throttle.onRateLimited(sentAt, 9_000);
		throttle.onRateLimited(sentAt, 1_000);
		await throttle.acquire(NEVER);
		expect(now() - from).toBeGreaterThanOrEqual(9_000);
	});

	test('a success ends the doubling', async () => {
		const { throttle, widths } = throttleOf();
		for (let refusal = 0; refusal < 5; refusal += 1) {
			await throttle.acquire(NEVER);
			throttle.onRateLimited(now(), undefined);
		}
		await throttle.acquire(NEVER);
		throttle.onSuccess();
		throttle.onRateLimited(now(), undefined);
		const from = now();
		await throttle.acquire(NEVER);
		expect(now() - from).toBeLessThanOrEqual(1_100);
		expect(widths.filter((change) => change === 'increase')).toHaveLength(1);
	});

	test('a pause beyond the deadline is waited for until the deadline, and then there is no turn', async () => {
		const { throttle } = throttleOf();
		throttle.onRateLimited(now(), 3_600_000);
		const from = now();
		expect(await throttle.acquire(from + 20_000)).toBe(false);
		expect(now() - from).toBe(20_000);
	});

	test('a stopped execution has no turn, and notices it within half a second', async () => {
		const stop = new AbortController();
		const { throttle } = throttleOf(stop.signal);
		throttle.onRateLimited(now(), 60_000);
		const turn = throttle.acquire(NEVER);
		await sleep(3_250);
		stop.abort();
		const stoppedAt = now();
		expect(await turn).toBe(false);
		expect(now() - stoppedAt).toBeLessThanOrEqual(500);
	});
});
