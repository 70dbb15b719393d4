import { SandboxClient } from './client.mts';
import { testEveryFault } from './testEveryFault.mts';
import { until } from './manualClock.mts';

let client: SandboxClient;
beforeEach(
	async () => (client = await SandboxClient.start({ redirectOrigin: 'http://other.invalid' })),
);
afterEach(async () => await client.sandbox.stop());

const data = async (id: string) => (await client.poll(id)).json.data;

testEveryFault('poll', {
	'<status>': async () => {
		const id = await client.createTask('fox [poll: 500 x2] [poll: 404 once] [poll: 429 once]');
		const statuses = [];
		for (let poll = 0; poll < 5; poll++) statuses.push((await client.poll(id)).status);
		expect(statuses).toEqual([500, 500, 404, 429, 200]);
		expect(client.sandbox.tasks.get(id)?.polls).toBe(5);
	},
	'429 x2 retry after 3': async () => {
		const id = await client.createTask('fox [poll: 429 x2 retry after 3]');
		expect((await client.poll(id)).headers.get('retry-after')).toBe('3');
	},
	'code <status>': async () => {
		const id = await client.createTask('fox [poll: code 500 once]');
		expect((await client.poll(id)).json).toEqual({ code: 500, message: expect.any(String) });
		expect((await client.poll(id)).json.code).toBe(200);
	},
	'firewall <n>': async () => {
		const id = await client.createTask('fox [poll: firewall 1010 once]');
		const { status, text } = await client.poll(id);
		expect([status, text]).toEqual([403, 'error code: 1010']);
		expect((await client.poll(id)).status).toBe(200);
	},
	'firewall page': async () => {
		const id = await client.createTask('fox [poll: firewall page]');
		const { status, text } = await client.poll(id);
		expect([status, text.includes('| Cloudflare</title>')]).toEqual([403, true]);
	},
	'firewall json': async () => {
		const id = await client.createTask('fox [poll: firewall json]');
		expect((await client.poll(id)).json).toMatchObject({ status: 403, error_code: 1010 });
	},
	reset: async () => {
		const id = await client.createTask('fox [poll: reset x2]');
		await expect(client.poll(id)).rejects.toThrow();
		await expect(client.poll(id)).rejects.toThrow();
		expect((await client.poll(id)).status).toBe(200);
	},
	silence: async () => {
		const id = await client.createTask('fox [poll: silence once]');
		const abort = new AbortController();
		const poll = client.poll(id, abort.signal);
		await until(() => client.sandbox.heldRequests === 1);
		abort.abort();
		await expect(poll).rejects.toThrow();
		await until(() => client.sandbox.heldRequests === 0);
		expect((await client.poll(id)).status).toBe(200);
	},
	'half a body': async () => {
		const id = await client.createTask('fox [poll: half a body once]');
		await expect(client.poll(id)).rejects.toThrow();
		expect((await client.poll(id)).status).toBe(200);
	},
	'slow body': async () => {
		const id = await client.createTask('fox [poll: slow body]');
		const poll = client.poll(id);
		await until(() => client.sandbox.heldRequests === 1);
		await client.clock.advance(20_000);
		expect((await poll).json.data.task_id).toBe(id);
	},
	html: async () => {
		const id = await client.createTask('fox [poll: html x2]');
		const { status, headers } = await client.poll(id);
		expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	},
	'html <status>': async () => {
		const id = await client.createTask('fox [poll: html 503]');
		expect((await client.poll(id)).status).toBe(503);
	},
	'broken json': async () => {
		const id = await client.createTask('fox [poll: broken json]');
		expect((await client.poll(id)).json).toBeUndefined();
	},
	empty: async () => {
		const id = await client.createTask('fox [poll: empty]');
		const { status, text } = await client.poll(id);
		expect([status, text]).toEqual([200, '']);
	},
	'wrong id': async () => {
		const id = await client.createTask('fox [poll: wrong id once]');
		expect((await data(id)).task_id).toBe('n41somebodyelse_flux2');
		expect((await data(id)).task_id).toBe(id);
	},
	redirect: async () => {
		const id = await client.createTask('fox [poll: redirect]');
		const { status, headers } = await client.poll(id);
		expect(status).toBe(302);
		expect(headers.get('location')).toBe(`http://other.invalid/api/v1/tasks/${id}`);
	},
});
