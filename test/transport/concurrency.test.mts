import { ConcurrencyLimit, mapWithConcurrency } from '../../nodes/Flux2/transport/concurrency';

/** Jobs that finish when the test calls `finishOne`. */
function createJobs() {
	const running: Array<() => void> = [];
	let maxRunning = 0;
	return {
		running,
		get maxRunning() {
			return maxRunning;
		},
		async run() {
			const finished = new Promise<void>((resolve) => running.push(resolve));
			maxRunning = Math.max(maxRunning, running.length);
			await finished;
		},
		async finishOne() {
			running.shift()?.();
			await new Promise((resolve) => setImmediate(resolve));
		},
	};
}

const nextTurn = async () => await new Promise((resolve) => setImmediate(resolve));

test('no more than the limit run concurrently, and the results keep the order of the input', async () => {
	const jobs = createJobs();
	const items = Array.from({ length: 1_000 }, (_, index) => index);
	const all = mapWithConcurrency(
		items,
		new ConcurrencyLimit(7),
		async (item) => {
			await jobs.run();
			return item * 2;
		},
		() => true,
	);
	await nextTurn();
	while (jobs.running.length > 0) await jobs.finishOne();
	expect(await all).toEqual(items.map((item) => item * 2));
	expect(jobs.maxRunning).toBe(7);
});

test('an item that may not start any more has no result, and those running finish', async () => {
	const jobs = createJobs();
	let mayStart = true;
	const all = mapWithConcurrency(
		[1, 2, 3],
		new ConcurrencyLimit(1),
		async (item) => {
			await jobs.run();
			return item;
		},
		() => mayStart,
	);
	await nextTurn();
	mayStart = false;
	await jobs.finishOne();
	expect(await all).toEqual([1, undefined, undefined]);
});

test('decrease halves the limit, and each increase raises it again', async () => {
	const limit = new ConcurrencyLimit(8);
	limit.decrease();
	let acquired = 0;
	const acquire = async () => {
		await limit.acquire();
		acquired += 1;
	};
	const all = Array.from({ length: 8 }, acquire);
	await nextTurn();
	expect(acquired).toBe(4);
	limit.increase();
	await nextTurn();
	expect(acquired).toBe(5);
	for (let index = 0; index < 20; index++) limit.increase();
	await Promise.all(all);
	expect(acquired).toBe(8);
});

test('reacquire comes before any waiting acquire', async () => {
	const limit = new ConcurrencyLimit(1);
	const acquiredBy: string[] = [];
	await limit.acquire();
	const newJob = limit.acquire().then(() => acquiredBy.push('new'));
	const returningJob = limit.reacquire().then(() => acquiredBy.push('returning'));
	await nextTurn();
	limit.release();
	await Promise.all([newJob, returningJob]);
	expect(acquiredBy).toEqual(['returning', 'new']);
});

test('an unexpected error in one job is thrown only when the others have finished', async () => {
	const jobs = createJobs();
	const all = mapWithConcurrency(
		[1, 2],
		new ConcurrencyLimit(2),
		async (item) => {
			if (item === 1) throw new Error('defect');
			await jobs.run();
		},
		() => true,
	);
	let thrown = false;
	all.catch(() => (thrown = true));
	await nextTurn();
	expect(thrown).toBe(false);
	await jobs.finishOne();
	await expect(all).rejects.toThrow('defect');
});
