import { createFixture, type Fixture } from './fixture.mts';

/** Nothing answers there, but it is an address on the internet. */
const PUBLIC_BASE_URL = 'https://apiin.one.invalid';
const LOCAL_HINT = /private network/;

describe('Callback URL', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	/** Runs with Wait For: Nothing, which uses the Callback URL of the node. */
	const run = async (callbackUrl: string, { baseUrl = fixture.sandbox.url, ...options } = {}) => {
		const { credentials } = fixture.engine;
		const { apiInOneApi } = credentials;
		credentials.apiInOneApi = { ...apiInOneApi, baseUrl };
		const { length } = fixture.sandbox.requests;
		const result = await fixture.generate(['A fox'], {
			parameters: { waitFor: 'nothing', callbackUrl },
			...options,
		});
		credentials.apiInOneApi = apiInOneApi!;
		return { result, requests: fixture.sandbox.requests.length - length };
	};

	test.each([
		'https://n8n.example.com/workflow/8gkRbXyZ',
		'https://n8n.example.com/workflow/8gkRbXyZ/',
		'https://n8n.example.com/workflow/8gkRbXyZ/executions',
		'https://n8n.example.com/workflow/8gkRbXyZ/executions/4711',
		'https://n8n.example.com/workflow/8gkRbXyZ/debug/4711',
		'https://n8n.example.com/workflow/8gkRbXyZ/a1b2c3',
		'https://example.com/n8n/workflow/8gkRbXyZ?projectId=7#node',
		'http://localhost:5678/workflow/8gkRbXyZ',
	])('cannot be a page of the n8n editor: %s', async (url) => {
		const { result, requests } = await run(url);
		expect(result.error?.message).toBe(`The callback URL is a page of the n8n editor (${url})`);
		expect(result.error?.description).toMatch(/Nothing was charged.*Production URL/);
		expect(requests).toBe(0);
	});

	test('may be a webhook of an n8n that is below the path /workflow', async () => {
		const { result } = await run('http://localhost:5678/workflow/webhook/1/flux2');
		expect(result.items[0]?.json.status).toBe('pending');
	});

	test('may be the production URL of a trigger, without a hint', async () => {
		const { url } = fixture.engine.trigger({ type: 'n8n-nodes-flux2.flux2Trigger' });
		const { result } = await run(url);
		expect(result.status).toBe('success');
		expect(result.hints).toMatchObject([{ type: 'info' }]);
	});

	test('may be the test URL of a trigger, and a hint says that the editor has to listen', async () => {
		const { result } = await run(`${fixture.engine.origin}/webhook-test/abc/flux2`);
		expect(result.items[0]?.json.status).toBe('pending');
		expect(result.hints[0]).toMatchObject({
			type: 'warning',
			message: expect.stringMatching(/test URL, which only works while the editor listens/),
		});
	});

	test.each([
		'http://localhost:5678/webhook/1/flux2',
		'http://192.168.1.20:5678/webhook/1/flux2',
		'http://n8n:5678/webhook/1/flux2',
		'http://n8n.local/webhook/1/flux2',
		'http://[fd00::1]:5678/webhook/1/flux2',
	])('is refused where API in One cannot reach it: %s', async (url) => {
		const { result, requests } = await run(url, { baseUrl: PUBLIC_BASE_URL });
		expect(result.error?.message).toMatch(LOCAL_HINT);
		expect(result.error?.message).toContain(url);
		expect(result.error?.description).toMatch(/Nothing was charged.*WEBHOOK_URL/);
		expect(requests).toBe(0);
	});

	test('is not refused for its address where the service is on a private address itself', async () => {
		const { result } = await run('http://192.168.1.20:5678/webhook/1/flux2');
		expect(result.items[0]?.json.status).toBe('pending');
	});

	test('does not count while the execution waits for callbacks of its own', async () => {
		const result = await fixture.generate(['A fox'], {
			parameters: { waitFor: 'callback', callbackUrl: 'http://localhost:5678/workflow/8gkRbXyZ' },
		});
		const finished = await fixture.engine.waiting(result).finished();
		expect(finished.items[0]?.json.status).toBe('succeeded');
	});
});

describe('an n8n on a private address', () => {
	test.each([
		'http://localhost:5678/',
		'http://10.0.0.7:5678/',
		'http://n8n:5678/',
		'https://n8n.internal/',
	])('%s cannot wait for a callback, and nothing is sent', async (webhookUrl) => {
		const fixture = await createFixture({}, { webhookUrl });
		Object.assign(fixture.engine.credentials.apiInOneApi!, { baseUrl: PUBLIC_BASE_URL });
		const result = await fixture.generate(['A fox'], { parameters: { waitFor: 'callback' } });
		expect(result.error?.message).toBe(
			`API in One cannot call back: the address of n8n is only reachable from a private network (${new URL(webhookUrl).origin})`,
		);
		expect(result.error?.description).toMatch(/Nothing was charged.*WEBHOOK_URL.*"Image"/);
		expect(fixture.sandbox.requests).toHaveLength(0);
		await fixture.close();
	});
});
