import type { RateLimit } from '../../sandbox/rateLimit.mts';
import { SandboxClient } from './client.mts';

/** A client of a service with this limit. The clock stands at a full ten seconds. */
async function clientOf(rateLimit: RateLimit) {
	const client = await SandboxClient.start({ rateLimit });
	return {
		billing: client.sandbox.billing,
		/** The statuses of so many creates at once, which may be refused. */
		create: async (count: number) => {
			const statuses: number[] = [];
			for (let index = 0; index < count; index++)
				statuses.push((await client.create('a red fox')).status);
			return statuses;
		},
		retryAfter: async () => (await client.create('a red fox')).headers.get('retry-after'),
		advance: async (seconds: number) => await client.clock.advance(seconds * 1_000),
		stop: async () => await client.sandbox.stop(),
	};
}

const TWO_PER_10_S = { creates: 2, perSeconds: 10 };

test('without a kind, a limit is a sliding window', async () => {
	const client = await clientOf(TWO_PER_10_S);
	await client.advance(8);
	expect(await client.create(3)).toEqual([200, 200, 429]);
	await client.advance(9.9);
	expect(await client.create(1)).toEqual([429]);
	await client.stop();
});

test('a sliding window counts the creates of the last seconds, whenever they came', async () => {
	const client = await clientOf({ kind: 'sliding window', ...TWO_PER_10_S });
	expect(await client.create(1)).toEqual([200]);
	await client.advance(8);
	expect(await client.create(2)).toEqual([200, 429]);
	expect(await client.retryAfter()).toBe('2');
	await client.advance(2);
	expect(await client.create(2)).toEqual([200, 429]);
	expect(await client.retryAfter()).toBe('8');
	await client.stop();
});

test('a fixed window forgets its creates at every full ten seconds', async () => {
	const client = await clientOf({ kind: 'fixed window', ...TWO_PER_10_S });
	await client.advance(8);
	expect(await client.create(3)).toEqual([200, 200, 429]);
	expect(await client.retryAfter()).toBe('2');
	await client.advance(1.9);
	expect(await client.create(1)).toEqual([429]);
	await client.advance(0.1);
	expect(await client.create(3)).toEqual([200, 200, 429]);
	expect(await client.retryAfter()).toBe('10');
	await client.stop();
});

test('a token bucket gives what it holds at once, and then each token as it comes', async () => {
	const client = await clientOf({ kind: 'token bucket', ...TWO_PER_10_S });
	expect(await client.create(3)).toEqual([200, 200, 429]);
	expect(await client.retryAfter()).toBe('5');
	await client.advance(4.9);
	expect(await client.create(1)).toEqual([429]);
	await client.advance(0.1);
	expect(await client.create(2)).toEqual([200, 429]);
	await client.advance(5);
	expect(await client.create(2)).toEqual([200, 429]);
	await client.stop();
});

test('a token bucket never holds more than its size', async () => {
	const client = await clientOf({ kind: 'token bucket', ...TWO_PER_10_S });
	await client.advance(60);
	expect(await client.create(3)).toEqual([200, 200, 429]);
	await client.stop();
});

test('a limit of tasks in flight accepts a create whenever a task is done', async () => {
	const client = await clientOf({ kind: 'tasks in flight', tasks: 2 });
	expect(await client.create(1)).toEqual([200]);
	await client.advance(2);
	expect(await client.create(2)).toEqual([200, 429]);
	expect(await client.retryAfter()).toBe('3');
	await client.advance(3);
	expect(await client.create(2)).toEqual([200, 429]);
	expect(await client.retryAfter()).toBe('2');
	await client.stop();
});

test('a limit of tasks in flight names no time while none of them will ever be done', async () => {
	const client = await SandboxClient.start({ rateLimit: { kind: 'tasks in flight', tasks: 1 } });
	await client.create('a red fox [task: never]');
	const { status, headers } = await client.create('a red fox');
	expect([status, headers.get('retry-after')]).toEqual([429, null]);
	await client.sandbox.stop();
});

test.each([
	{ kind: 'sliding window', ...TWO_PER_10_S },
	{ kind: 'fixed window', ...TWO_PER_10_S },
	{ kind: 'token bucket', ...TWO_PER_10_S },
	{ kind: 'tasks in flight', tasks: 2 },
] satisfies RateLimit[])('$kind: a refused create costs nothing', async (limit) => {
	const client = await clientOf({ ...limit, retryAfter: 'none' });
	expect(await client.create(9)).toEqual([200, 200, 429, 429, 429, 429, 429, 429, 429]);
	expect(await client.retryAfter()).toBeNull();
	expect(client.billing).toMatchObject({ creates: 2, creditsCharged: 10 });
	await client.advance(10);
	expect(await client.create(3)).toEqual([200, 200, 429]);
	await client.stop();
});
