import { ConcurrencyLimit, mapWithConcurrency } from '../../nodes/Flux2/transport/concurrency';

/** Work that ends when the test says so. */
function controlledWork() {
	const waiting: Array<() => void> = [];
	let most = 0;
	return {
		waiting,
		get most() {
			return most;
		},
		async run() {
			const end = new Promise<void>((resolve) => waiting.push(resolve));
			most = Math.max(most, waiting.length);
			await end;
		},
		async endOne() {
			waiting.shift()?.();
			await new Promise((resolve) => setImmediate(resolve));
		},
	};
}

const nextTick = async () => await new Promise((resolve) => setImmediate(resolve));

test('no more work is under way than the limit allows, and the output keeps the order of the input', async () => {
	const work = controlledWork();
	const items = Array.from({ length: 1_000 }, (_, index) => index);
	const all = mapWithConcurrency(
		items,
		new ConcurrencyLimit(7),
		async (item) => {
			await work.run();
			return item * 2;
		},
		() => true,
	);
	await nextTick();
	while (work.waiting.length > 0) await work.endOne();
	expect(await all).toEqual(items.map((item) => item * 2));
	expect(work.most).toBe(7);
});

test('one that may not start any more has no outcome, those under way end', async () => {
	const work = controlledWork();
	let open = true;
	const all = mapWithConcurrency(
		[1, 2, 3],
		new ConcurrencyLimit(1),
		async (item) => {
			await work.run();
			return item;
		},
		() => open,
	);
	await nextTick();
	open = false;
	await work.endOne();
	expect(await all).toEqual([1, undefined, undefined]);
});

test('a defect in one piece of work is thrown only when the others have ended', async () => {
	const work = controlledWork();
	const all = mapWithConcurrency(
		[1, 2],
		new ConcurrencyLimit(2),
		async (item) => {
			if (item === 1) throw new Error('defect');
			await work.run();
		},
		() => true,
	);
	let thrown = false;
	all.catch(() => (thrown = true));
	await nextTick();
	expect(thrown).toBe(false);
	await work.endOne();
	await expect(all).rejects.toThrow('defect');
});
