import { CREATE_FAULTS } from '../../sandbox/faults/create.mts';
import { SandboxClient } from './client.mts';
import { testEveryFault } from './testEveryFault.mts';
import { until } from './manualClock.mts';

let client: SandboxClient;
beforeEach(
	async () => (client = await SandboxClient.start({ redirectOrigin: 'http://other.invalid' })),
);
afterEach(async () => await client.sandbox.stop());

const charged = () => client.sandbox.billing.creditsCharged;

testEveryFault(
	'create',
	{
		'<status>': async () => {
			for (const status of [400, 401, 402, 403, 404, 422, 429, 455, 500, 502, 503, 504]) {
				const response = await client.create(`fox [create: ${status}]`);
				expect(response.status).toBe(status);
				expect(response.json.code ?? response.json.error.code).toBe(status);
			}
			expect(charged()).toBe(0);
		},
		'429 x2 retry after 7': async () => {
			const prompt = 'fox [create: 429 x2 retry after 7]';
			const responses = [];
			for (let attempt = 0; attempt < 3; attempt++) responses.push(await client.create(prompt));
			expect(responses.map(({ status }) => status)).toEqual([429, 429, 200]);
			expect(responses.map(({ headers }) => headers.get('retry-after'))).toEqual(['7', '7', null]);
			expect(client.sandbox.billing.creates).toBe(1);
		},
		'429 retry date': async () => {
			const { headers } = await client.create('fox [create: 429 retry date]');
			expect(headers.get('retry-after')).toBe('Thu, 01 Jan 2026 00:00:02 GMT');
		},
		'code <status>': async () => {
			const prompt = 'fox [create: code 429 x2]';
			const codes = [];
			for (let attempt = 0; attempt < 3; attempt++)
				codes.push((await client.create(prompt)).json.code);
			expect(codes).toEqual([429, 429, 200]);
			expect((await client.create('fox [create: code 402]')).status).toBe(200);
			expect(charged()).toBe(5);
		},
		'<status> but charged': async () => {
			expect((await client.create('fox [create: 500 but charged]')).status).toBe(500);
			expect(charged()).toBe(5);
		},
		reset: async () => {
			await expect(client.create('fox [create: reset]')).rejects.toThrow();
			expect(charged()).toBe(0);
		},
		'reset but charged': async () => {
			await expect(client.create('fox [create: reset but charged]')).rejects.toThrow();
			expect(charged()).toBe(5);
			expect(client.sandbox.tasks.size).toBe(1);
		},
		silence: async () => await expectNoResponse('fox [create: silence]', 0),
		'silence but charged': async () =>
			await expectNoResponse('fox [create: silence but charged]', 5),
		'half a body': async () => {
			await expect(client.create('fox [create: half a body]')).rejects.toThrow();
			expect(charged()).toBe(5);
		},
		'slow body': async () => {
			const response = client.create('fox [create: slow body]');
			await until(() => client.sandbox.heldRequests === 1);
			await client.clock.advance(20_000);
			expect((await response).json.data.status).toBe('IN_PROGRESS');
			expect(client.sandbox.heldRequests).toBe(0);
		},
		html: async () => {
			const { status, text } = await client.create('fox [create: html]');
			expect(status).toBe(200);
			expect(text).toContain('<title>Just a moment...</title>');
			expect(charged()).toBe(0);
		},
		'html <status>': async () => {
			const { status, text } = await client.create('fox [create: html 502]');
			expect(status).toBe(502);
			expect(text).toContain('<!doctype html>');
		},
		'broken json': async () => {
			const { headers, json } = await client.create('fox [create: broken json]');
			expect(headers.get('content-type')).toContain('application/json');
			expect(json).toBeUndefined();
			expect(charged()).toBe(5);
		},
		'no id': async () => {
			const { json } = await client.create('fox [create: no id]');
			expect(json.data).toEqual({ status: 'IN_PROGRESS' });
			expect(charged()).toBe(5);
		},
		'same id': async () => {
			const first = await client.createTask('fox');
			expect(await client.createTask('fox [create: same id]')).toBe(first);
			expect(charged()).toBe(10);
		},
		redirect: async () => {
			const { status, headers } = await client.create('fox [create: redirect]');
			expect(status).toBe(307);
			expect(headers.get('location')).toBe('http://other.invalid/api/v1/images/generations');
			expect(charged()).toBe(0);
		},
		'see other': async () => {
			const { status, headers } = await client.create('fox [create: see other]');
			const [id] = client.sandbox.tasks.keys();
			expect(status).toBe(303);
			expect(headers.get('location')).toBe(`http://other.invalid/api/v1/tasks/${id}`);
			expect(charged()).toBe(5);
		},
		moderated: async () => {
			const { status, json } = await client.create('fox [create: moderated]');
			expect(status).toBe(400);
			expect(json.error.message).toContain('content policy');
			expect(charged()).toBe(0);
		},
		'<status> with id': async () => {
			const { status, json } = await client.create('fox [create: 502 with id]');
			const [id] = client.sandbox.tasks.keys();
			expect(status).toBe(502);
			expect(json).toMatchObject({ code: 502, data: { task_id: id } });
			expect(charged()).toBe(5);
		},
		'firewall <n>': async () => {
			const { status, text } = await client.create('fox [create: firewall 1020]');
			expect([status, text]).toEqual([403, 'error code: 1020']);
			expect(charged()).toBe(0);
		},
		'firewall page': async () => {
			const { status, text } = await client.create('fox [create: firewall page]');
			expect(status).toBe(403);
			expect(text).toContain('<title>Attention Required! | Cloudflare</title>');
		},
		'firewall json': async () => {
			const { status, json } = await client.create('fox [create: firewall json]');
			expect(status).toBe(403);
			expect(json.type).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
		},
	},
	CREATE_FAULTS,
);

async function expectNoResponse(prompt: string, credits: number): Promise<void> {
	const abort = new AbortController();
	const create = client.create(prompt, {}, abort.signal);
	await until(() => client.sandbox.heldRequests === 1);
	expect(charged()).toBe(credits);
	abort.abort();
	await expect(create).rejects.toThrow();
	await until(() => client.sandbox.heldRequests === 0);
}
