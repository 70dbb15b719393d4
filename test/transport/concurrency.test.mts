import { ConcurrencyLimit, mapWithConcurrency } from '../../nodes/Flux2/transport/concurrency';

/** Journeys that end when the test says so. */
function journeys() {
	const waiting: Array<() => void> = [];
	let most = 0;
	return {
		waiting,
		get most() {
			return most;
		},
		async make() {
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

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

test('no more journeys are under way than there are lanes, and the output keeps the order of the input', async () => {
	const road = journeys();
	const items = Array.from({ length: 1_000 }, (_, index) => index);
	const all = mapWithConcurrency(
		items,
		new ConcurrencyLimit(7),
		async (item) => {
			await road.make();
			return item * 2;
		},
		() => true,
	);
	await settled();
	while (road.waiting.length > 0) await road.endOne();
	expect(await all).toEqual(items.map((item) => item * 2));
	expect(road.most).toBe(7);
});

test('one that may not start any more has no outcome, those under way end', async () => {
	const road = journeys();
	let open = true;
	const all = mapWithConcurrency(
		[1, 2, 3],
		new ConcurrencyLimit(1),
		async (item) => {
			await road.make();
			return item;
		},
		() => open,
	);
	await settled();
	open = false;
	await road.endOne();
	expect(await all).toEqual([1, undefined, undefined]);
});

test('a defect in one journey is thrown only when the others have ended', async () => {
	const road = journeys();
	const all = mapWithConcurrency(
		[1, 2],
		new ConcurrencyLimit(2),
		async (item) => {
			if (item === 1) throw new Error('defect');
			await road.make();
		},
		() => true,
	);
	let thrown = false;
	all.catch(() => (thrown = true));
	await settled();
	expect(thrown).toBe(false);
	await road.endOne();
	await expect(all).rejects.toThrow('defect');
});
