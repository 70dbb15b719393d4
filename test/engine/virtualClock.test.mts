import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VirtualClock } from './virtualClock.mts';

const startServer = async (respond: () => Promise<string>): Promise<Server> => {
	const server = createServer((_request, response) => {
		void respond().then((text) => response.end(text));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
};

const getText = async (server: Server): Promise<string> =>
	await new Promise((resolve, reject) => {
		const { port } = server.address() as AddressInfo;
		get({ host: '127.0.0.1', port, agent: false }, (response) => {
			let text = '';
			response.on('data', (chunk) => (text += chunk));
			response.on('end', () => resolve(text));
		}).on('error', reject);
	});

describe('the virtual clock', () => {
	let clock: VirtualClock;

	const createClock = (options: ConstructorParameters<typeof VirtualClock>[0] = {}) => {
		clock?.stop();
		clock = new VirtualClock({ start: 0, ...options });
	};

	beforeEach(() => createClock());
	afterEach(() => clock.stop());

	it('sleeps an hour in no time', async () => {
		const startedAt = performance.now();
		await clock.sleep(3_600_000);
		expect(clock.now()).toBe(3_600_000);
		expect(performance.now() - startedAt).toBeLessThan(1000);
	});

	it('fires timers in the order of their times', async () => {
		const firedAt: number[] = [];
		await Promise.all(
			[300, 100, 200].map(async (ms) => {
				await clock.sleep(ms);
				firedAt.push(clock.now());
			}),
		);
		expect(firedAt).toEqual([100, 200, 300]);
	});

	it('runs 1000 tasks by 200 concurrent workers quickly', async () => {
		const startedAt = performance.now();
		let tasksLeft = 1000;
		const worker = async (number: number) => {
			while (tasksLeft-- > 0) {
				for (let step = 0; step < 4; step += 1) await clock.sleep(900 + number + step * 7);
			}
		};
		await Promise.all(Array.from({ length: 200 }, async (_, number) => worker(number)));
		expect(clock.sleeping).toBe(0);
		expect(performance.now() - startedAt).toBeLessThan(3000);
	});

	it('stands still while a request is in flight', async () => {
		let requestedAt = 0;
		const server = await startServer(async () => {
			requestedAt = clock.now();
			// Real time, which must not move the clock.
			await new Promise((resolve) => setTimeout(resolve, 30));
			return 'answer';
		});
		void clock.sleep(1);
		void clock.sleep(5000);
		expect(await getText(server)).toBe('answer');
		expect([requestedAt, clock.now()]).toEqual([0, 0]);
		server.close();
	});

	it('moves while a server delays its response by the clock', async () => {
		let pendingResponses = 0;
		createClock({ pendingResponses: () => pendingResponses });
		const server = await startServer(async () => {
			pendingResponses += 1;
			await clock.sleep(4000);
			pendingResponses -= 1;
			return `at ${clock.now()}`;
		});
		expect(await getText(server)).toBe('at 4000');
		server.close();
	});

	it('times out a request that is never answered', async () => {
		let pendingResponses = 0;
		createClock({ pendingResponses: () => pendingResponses });
		const server = createServer(() => (pendingResponses += 1));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const signal = AbortSignal.timeout(120_000);
		const response = fetch(`http://127.0.0.1:${port}/`, { signal });
		await expect(response).rejects.toMatchObject({ name: 'TimeoutError' });
		expect(clock.now()).toBe(120_000);
		pendingResponses = 0;
		server.closeAllConnections();
		server.close();
	});

	it('does not move for a time-out that nothing waits for', async () => {
		const signal = AbortSignal.timeout(120_000);
		await clock.sleep(1000);
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect([clock.now(), signal.aborted]).toEqual([1000, false]);
		await clock.sleep(200_000);
		expect(signal.aborted).toBe(true);
	});

	it('moves for a time-out when running code waits for nothing else', async () => {
		createClock({ isExecuting: () => true });
		const signal = AbortSignal.timeout(120_000);
		await new Promise((resolve) => signal.addEventListener('abort', resolve));
		expect(clock.now()).toBe(120_000);
	});

	it('stands still during a fetch, too', async () => {
		const server = await startServer(async () => {
			await new Promise((resolve) => setTimeout(resolve, 30));
			return 'answer';
		});
		void clock.sleep(5000);
		const { port } = server.address() as AddressInfo;
		const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
		expect(await response.text()).toBe('answer');
		expect(clock.now()).toBe(0);
		server.close();
	});

	it('stands still while the test holds it', async () => {
		const release = clock.hold('the test is thinking');
		const slept = clock.sleep(10);
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(clock.now()).toBe(0);
		release();
		await slept;
		expect(clock.now()).toBe(10);
	});

	it('ends an aborted sleep at once', async () => {
		const controller = new AbortController();
		const slept = clock.sleep(1e9, controller.signal);
		controller.abort(new Error('stop'));
		await expect(slept).rejects.toThrow('stop');
		expect(clock.now()).toBe(0);
	});

	it('moves only by advance() when paused, firing the timers on the way', async () => {
		clock.pause();
		const ticks: number[] = [];
		const ticking = (async () => {
			for (let tick = 0; tick < 3; tick += 1) {
				await clock.sleep(1000);
				ticks.push(clock.now());
			}
		})();
		await clock.advance(2500);
		expect(ticks).toEqual([1000, 2000]);
		expect(clock.now()).toBe(2500);
		clock.resume();
		await ticking;
		expect(clock.now()).toBe(3000);
	});

	it('reports what it is waiting for when it cannot move', async () => {
		createClock({ stuckAfterMs: 50 });
		const release = clock.hold('a callback that never comes');
		await expect(clock.sleep(1)).rejects.toThrow(
			/could not move for 0.05 s.*a callback that never comes/,
		);
		release();
	});

	it('can be assigned to another clock object', async () => {
		const other = { now: Date.now, sleep: async (ms: number) => void ms, random: Math.random };
		Object.assign(other, clock);
		await other.sleep(70);
		expect(other.now()).toBe(70);
		expect(other.random()).toBeGreaterThanOrEqual(0);
	});
});
