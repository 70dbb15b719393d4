import { CREATE_PATH } from '../../nodes/Flux2/api/contract.ts';
import { SANDBOX_KEY, startSandbox } from '../../sandbox/server.mts';
import { SandboxClient } from './client.mts';
import { until } from './manualClock.mts';

test('a task is in progress until its time has passed', async () => {
	const client = await SandboxClient.start();
	const id = await client.createTask('a red fox');
	await client.clock.advance(4_999);
	expect((await client.poll(id)).json.data.status).toBe('IN_PROGRESS');
	expect(client.sandbox.tasks.get(id)).toMatchObject({ state: 'pending', polls: 1 });
	await client.clock.advance(1);
	expect((await client.poll(id)).json.data.status).toBe('SUCCESS');
	const { createdAt, completedAt } = client.sandbox.tasks.get(id)!;
	expect(completedAt! - createdAt).toBe(5_000);
	await client.sandbox.stop();
});

test('tasks take 3 to 8 seconds, the same in every run', async () => {
	const durations = async () => {
		const client = await SandboxClient.start({ seconds: undefined });
		for (let task = 0; task < 50; task++) await client.createTask('a red fox');
		const all = [...client.sandbox.tasks.values()].map(({ dueAt, createdAt }) => dueAt - createdAt);
		await client.sandbox.stop();
		return all;
	};
	const first = await durations();
	expect(Math.min(...first)).toBeGreaterThanOrEqual(3_000);
	expect(Math.max(...first)).toBeLessThanOrEqual(8_000);
	expect(new Set(first).size).toBe(50);
	expect(await durations()).toEqual(first);
});

test('a thousand simultaneous creates all succeed, each with its own task', async () => {
	const client = await SandboxClient.start();
	const ids = await Promise.all(
		Array.from(
			{ length: 1_000 },
			async (_, index) => await client.createTask(`fox number ${index}`),
		),
	);
	expect(new Set(ids).size).toBe(1_000);
	expect(client.sandbox.billing).toMatchObject({ creates: 1_000, creditsCharged: 5_000 });
	await client.clock.advance(5_000);
	const states = [...client.sandbox.tasks.values()].map(({ state }) => state);
	expect(new Set(states)).toEqual(new Set(['succeeded']));
	await client.sandbox.stop();
});

test('every request is logged with the status of its response', async () => {
	const client = await SandboxClient.start();
	const id = await client.createTask('a red fox [poll: reset once]');
	await expect(client.poll(id)).rejects.toThrow();
	await client.poll(id);
	await client.post('nonsense', {});
	const authorization = `Bearer ${SANDBOX_KEY}`;
	expect(client.sandbox.requests).toMatchObject([
		{ method: 'POST', path: CREATE_PATH, route: 'create', status: 200, authorization },
		{ method: 'GET', path: `/api/v1/tasks/${id}`, route: 'poll', status: 0, authorization },
		{ method: 'GET', path: `/api/v1/tasks/${id}`, route: 'poll', status: 200, authorization },
		{ method: 'POST', path: CREATE_PATH, route: 'create', status: 401 },
	]);
	await client.sandbox.stop();
});

test('the status page shows tasks, balance and faults, and escapes prompts', async () => {
	const client = await SandboxClient.start();
	await client.createAndPoll('a red fox <script>alert(1)</script> [image: 500 once]');
	const page = await (await fetch(client.sandbox.url)).text();
	expect(page).toContain('balance <b>99995</b>');
	expect(page).toContain('[task: takes &lt;n&gt; s]');
	expect(page).toContain('a red fox &lt;script&gt;');
	expect(page).not.toContain('<script>');

	const [, shown] = /<img [^>]*src="([^"]+)"/.exec(page) ?? [];
	expect((await fetch(client.sandbox.url + shown)).status).toBe(200);
	const [task] = client.sandbox.tasks.values();
	expect(task?.downloads).toBe(0);
	await client.sandbox.stop();
});

test('stopping ends held requests at once', async () => {
	const client = await SandboxClient.start();
	const cutOff = expect(client.create('a red fox [create: silence]')).rejects.toThrow();
	await until(() => client.sandbox.heldRequests === 1);
	await client.sandbox.stop();
	await cutOff;
	await until(() => client.sandbox.heldRequests === 0);
});

test('a port that is in use is an error', async () => {
	const { sandbox } = await SandboxClient.start();
	await expect(startSandbox({ port: sandbox.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	await sandbox.stop();
});
