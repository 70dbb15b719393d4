import { CREATE_PATH } from '../../nodes/Flux2/api/contract.ts';
import { SANDBOX_KEY, startSandbox } from '../../sandbox/server.mts';
import { Customer } from './customer.mts';
import { until } from './manualClock.mts';

test('a task goes on until its time has passed', async () => {
	const customer = await Customer.at();
	const id = await customer.order('a red fox');
	await customer.clock.advance(4_999);
	expect((await customer.look(id)).json.data.status).toBe('IN_PROGRESS');
	expect(customer.sandbox.tasks.get(id)).toMatchObject({ state: 'pending', looks: 1 });
	await customer.clock.advance(1);
	expect((await customer.look(id)).json.data.status).toBe('SUCCESS');
	const { createdAt, settledAt } = customer.sandbox.tasks.get(id)!;
	expect(settledAt! - createdAt).toBe(5_000);
	await customer.sandbox.stop();
});

test('tasks take 3 to 8 seconds, the same ones in every run', async () => {
	const times = async () => {
		const customer = await Customer.at({ seconds: undefined });
		for (let task = 0; task < 50; task++) await customer.order('a red fox');
		const all = [...customer.sandbox.tasks.values()].map((one) => one.dueAt - one.createdAt);
		await customer.sandbox.stop();
		return all;
	};
	const first = await times();
	expect(Math.min(...first)).toBeGreaterThanOrEqual(3_000);
	expect(Math.max(...first)).toBeLessThanOrEqual(8_000);
	expect(new Set(first).size).toBe(50);
	expect(await times()).toEqual(first);
});

test('a thousand creates at once are all taken, each with its own task', async () => {
	const customer = await Customer.at();
	const answers = await Promise.all(
		Array.from({ length: 1_000 }, async (_, at) => await customer.order(`fox number ${at}`)),
	);
	expect(new Set(answers).size).toBe(1_000);
	expect(customer.sandbox.books).toMatchObject({ creates: 1_000, creditsCharged: 5_000 });
	await customer.clock.advance(5_000);
	const states = [...customer.sandbox.tasks.values()].map(({ state }) => state);
	expect(new Set(states)).toEqual(new Set(['succeeded']));
	await customer.sandbox.stop();
});

test('every request is on record, with what was answered', async () => {
	const customer = await Customer.at();
	const id = await customer.order('a red fox [poll: reset once]');
	await expect(customer.look(id)).rejects.toThrow();
	await customer.look(id);
	await customer.post('nonsense', {});
	const authorization = `Bearer ${SANDBOX_KEY}`;
	expect(customer.sandbox.requests).toMatchObject([
		{ method: 'POST', path: CREATE_PATH, route: 'create', status: 200, authorization },
		{ method: 'GET', path: `/api/v1/tasks/${id}`, route: 'poll', status: 0, authorization },
		{ method: 'GET', path: `/api/v1/tasks/${id}`, route: 'poll', status: 200, authorization },
		{ method: 'POST', path: CREATE_PATH, route: 'create', status: 401 },
	]);
	await customer.sandbox.stop();
});

test('the page shows tasks, balance and troubles, and lets no prompt write into it', async () => {
	const customer = await Customer.at();
	await customer.settled('a red fox <script>alert(1)</script> [image: 500 once]');
	const page = await (await fetch(customer.sandbox.url)).text();
	expect(page).toContain('balance <b>99995</b>');
	expect(page).toContain('[task: takes &lt;n&gt; s]');
	expect(page).toContain('a red fox &lt;script&gt;');
	expect(page).not.toContain('<script>');

	const [, shown] = /<img [^>]*src="([^"]+)"/.exec(page) ?? [];
	expect((await fetch(customer.sandbox.url + shown)).status).toBe(200);
	const [task] = customer.sandbox.tasks.values();
	expect(task?.fetches).toBe(0);
	await customer.sandbox.stop();
});

test('stopping ends what is held back, at once', async () => {
	const customer = await Customer.at();
	const cutOff = expect(customer.create('a red fox [create: silence]')).rejects.toThrow();
	await until(() => customer.sandbox.held === 1);
	await customer.sandbox.stop();
	await cutOff;
	await until(() => customer.sandbox.held === 0);
});

test('a port that is in use is said to be', async () => {
	const { sandbox } = await Customer.at();
	await expect(startSandbox({ port: sandbox.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	await sandbox.stop();
});
