import { RateLimiter } from '../../nodes/Flux2/transport/rateLimiter';
import { useVirtualTime } from './virtualTime.mts';

const { now, sleep } = useVirtualTime();

const NEVER = Number.POSITIVE_INFINITY;

function createRateLimiter(signal?: AbortSignal) {
	const concurrencyChanges: string[] = [];
	const concurrency = {
		decrease: () => concurrencyChanges.push('decrease'),
		increase: () => concurrencyChanges.push('increase'),
	};
	return { rateLimiter: new RateLimiter(concurrency, signal), concurrencyChanges };
}

describe('the rate limiter', () => {
	test('allows at most 50 requests in any second, however many callers there are', async () => {
		const { rateLimiter } = createRateLimiter();
		const sentAt: number[] = [];
		const caller = async () => {
			for (let request = 0; request < 5; request += 1) {
				await rateLimiter.acquire(NEVER);
				sentAt.push(now());
			}
		};
		await Promise.all(Array.from({ length: 60 }, caller));
		expect(sentAt).toHaveLength(300);
		for (const from of sentAt)
			expect(sentAt.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(50);
	});

	test('makes every caller wait for Retry-After once one gets a 429', async () => {
		const { rateLimiter, concurrencyChanges } = createRateLimiter();
		await rateLimiter.acquire(NEVER);
		rateLimiter.onRateLimited(now(), 7_000);
		const until = now() + 7_000;
		const results = await Promise.all(
			Array.from({ length: 5 }, async () => [await rateLimiter.acquire(NEVER), now()] as const),
		);
		for (const [acquired, at] of results) {
			expect(acquired).toBe(true);
			expect(at).toBeGreaterThanOrEqual(until);
		}
		expect(concurrencyChanges).toEqual(['decrease']);
	});

	test('doubles the wait with each 429 without Retry-After', async () => {
		const { rateLimiter } = createRateLimiter();
		const waits: number[] = [];
		for (let attempt = 0; attempt < 7; attempt += 1) {
			await rateLimiter.acquire(NEVER);
			rateLimiter.onRateLimited(now(), undefined);
			const from = now();
			await rateLimiter.acquire(NEVER);
			waits.push(Math.round((now() - from) / 100) / 10);
		}
		expect(waits.map((wait) => Math.round(wait * 4) / 4)).toEqual([
			0.75, 1.5, 3, 6, 12, 22.5, 22.5,
		]);
	});

	test('still backs off where Retry-After is 0', async () => {
		const { rateLimiter } = createRateLimiter();
		const from = now();
		let requests = 0;
		while (now() - from < 60_000) {
			await rateLimiter.acquire(NEVER);
			rateLimiter.onRateLimited(now(), 0);
			requests += 1;
		}
		expect(requests).toBeLessThanOrEqual(10);
	});

	test('counts 429s of requests that were in flight when the pause started as one', async () => {
		const { rateLimiter, concurrencyChanges } = createRateLimiter();
		const sentAt: number[] = [];
		for (let request = 0; request < 5; request += 1) {
			await rateLimiter.acquire(NEVER);
			sentAt.push(now());
		}
		await sleep(100);
		const from = now();
		for (const at of sentAt) rateLimiter.onRateLimited(at, undefined);
		await rateLimiter.acquire(NEVER);
		expect(concurrencyChanges).toEqual(['decrease']);
		expect(now() - from).toBeLessThan(1_100);
	});

	test('uses the longest Retry-After of those', async () => {
		const { rateLimiter } = createRateLimiter();
		const sentAt = now();
		await sleep(100);
		const from = now();
		rateLimiter.onRateLimited(sentAt, 2_000);
		rateLimiter.onRateLimited(sentAt, 9_000);
		rateLimiter.onRateLimited(sentAt, 1_000);
		await rateLimiter.acquire(NEVER);
		expect(now() - from).toBeGreaterThanOrEqual(9_000);
	});

	test('resets the back-off after a success', async () => {
		const { rateLimiter, concurrencyChanges } = createRateLimiter();
		for (let attempt = 0; attempt < 5; attempt += 1) {
			await rateLimiter.acquire(NEVER);
			rateLimiter.onRateLimited(now(), undefined);
		}
		await rateLimiter.acquire(NEVER);
		rateLimiter.onSuccess();
		rateLimiter.onRateLimited(now(), undefined);
		const from = now();
		await rateLimiter.acquire(NEVER);
		expect(now() - from).toBeLessThanOrEqual(1_100);
		expect(concurrencyChanges.filter((change) => change === 'increase')).toHaveLength(1);
	});

	test('waits until the deadline and then returns false where the pause ends after it', async () => {
		const { rateLimiter } = createRateLimiter();
		rateLimiter.onRateLimited(now(), 3_600_000);
		const from = now();
		expect(await rateLimiter.acquire(from + 20_000)).toBe(false);
		expect(now() - from).toBe(20_000);
	});

	test('returns false within half a second after the execution is stopped', async () => {
		const stop = new AbortController();
		const { rateLimiter } = createRateLimiter(stop.signal);
		rateLimiter.onRateLimited(now(), 60_000);
		const acquired = rateLimiter.acquire(NEVER);
		await sleep(3_250);
		stop.abort();
		const stoppedAt = now();
		expect(await acquired).toBe(false);
		expect(now() - stoppedAt).toBeLessThanOrEqual(500);
	});
});
