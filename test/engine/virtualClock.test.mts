import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VirtualClock } from './virtualClock.mts';

const open = async (answer: () => Promise<string>): Promise<Server> => {
	const server = createServer((_request, response) => {
		void answer().then((text) => response.end(text));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
};

const read = async (server: Server): Promise<string> =>
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

	const begin = (options: ConstructorParameters<typeof VirtualClock>[0] = {}) => {
		clock?.stop();
		clock = new VirtualClock({ start: 0, ...options });
	};

	beforeEach(() => begin());
	afterEach(() => clock.stop());

	it('sleeps an hour in no time', async () => {
		const began = performance.now();
		await clock.sleep(3_600_000);
		expect(clock.now()).toBe(3_600_000);
		expect(performance.now() - began).toBeLessThan(1000);
	});

	it('wakes sleepers in the order of their moments', async () => {
		const woken: number[] = [];
		await Promise.all(
			[300, 100, 200].map(async (ms) => {
				await clock.sleep(ms);
				woken.push(clock.now());
			}),
		);
		expect(woken).toEqual([100, 200, 300]);
	});

	it('carries 200 lanes and 1000 tasks quickly', async () => {
		const began = performance.now();
		let left = 1000;
		const lane = async (number: number) => {
			while (left-- > 0) {
				for (let look = 0; look < 4; look += 1) await clock.sleep(900 + number + look * 7);
			}
		};
		await Promise.all(Array.from({ length: 200 }, async (_, number) => lane(number)));
		expect(clock.sleeping).toBe(0);
		expect(performance.now() - began).toBeLessThan(3000);
	});

	it('stands still while a request is under way', async () => {
		let asked = 0;
		const server = await open(async () => {
			asked = clock.now();
			// Real time, which the clock must not notice.
			await new Promise((resolve) => setTimeout(resolve, 30));
			return 'answer';
		});
		void clock.sleep(1);
		void clock.sleep(5000);
		expect(await read(server)).toBe('answer');
		expect([asked, clock.now()]).toEqual([0, 0]);
		server.close();
	});

	it('moves on for a request that the server holds back on the clock', async () => {
		let held = 0;
		begin({ held: () => held });
		const server = await open(async () => {
			held += 1;
			await clock.sleep(4000);
			held -= 1;
			return `at ${clock.now()}`;
		});
		expect(await read(server)).toBe('at 4000');
		server.close();
	});

	it('brings the time-out of a request that is never answered', async () => {
		let held = 0;
		begin({ held: () => held });
		const server = createServer(() => (held += 1));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const signal = AbortSignal.timeout(120_000);
		const answer = fetch(`http://127.0.0.1:${port}/`, { signal });
		await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
		expect(clock.now()).toBe(120_000);
		held = 0;
		server.closeAllConnections();
		server.close();
	});

	it('does not run on for a time-out that nobody needs any more', async () => {
		const signal = AbortSignal.timeout(120_000);
		await clock.sleep(1000);
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect([clock.now(), signal.aborted]).toEqual([1000, false]);
		await clock.sleep(200_000);
		expect(signal.aborted).toBe(true);
	});

	it('runs on for a time-out when somebody at work waits for nothing else', async () => {
		begin({ atWork: () => true });
		const signal = AbortSignal.timeout(120_000);
		await new Promise((resolve) => signal.addEventListener('abort', resolve));
		expect(clock.now()).toBe(120_000);
	});

	it('counts a fetch, too', async () => {
		const server = await open(async () => {
			await new Promise((resolve) => setTimeout(resolve, 30));
			return 'answer';
		});
		void clock.sleep(5000);
		const { port } = server.address() as AddressInfo;
		const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
		expect(await answer.text()).toBe('answer');
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

	it('ends a sleep that is aborted, at once', async () => {
		const controller = new AbortController();
		const slept = clock.sleep(1e9, controller.signal);
		controller.abort(new Error('stop'));
		await expect(slept).rejects.toThrow('stop');
		expect(clock.now()).toBe(0);
	});

	it('moves only by hand when paused, and lets everything happen on the way', async () => {
		clock.pause();
		const seen: number[] = [];
		const ticking = (async () => {
			for (let tick = 0; tick < 3; tick += 1) {
				await clock.sleep(1000);
				seen.push(clock.now());
			}
		})();
		await clock.advance(2500);
		expect(seen).toEqual([1000, 2000]);
		expect(clock.now()).toBe(2500);
		clock.resume();
		await ticking;
		expect(clock.now()).toBe(3000);
	});

	it('says what is under way when it cannot move', async () => {
		begin({ patience: 50 });
		const release = clock.hold('a callback that never comes');
		await expect(clock.sleep(1)).rejects.toThrow(
			/could not move for 0.05 s.*a callback that never comes/,
		);
		release();
	});

	it('gives its hands to an object by assignment', async () => {
		const hands = { now: Date.now, sleep: async (ms: number) => void ms, random: Math.random };
		Object.assign(hands, clock);
		await hands.sleep(70);
		expect(hands.now()).toBe(70);
		expect(hands.random()).toBeGreaterThanOrEqual(0);
	});
});
