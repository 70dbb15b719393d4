import { ASPECT_RATIOS, MODES, PRICE_LIST, RESOLUTIONS } from '../../nodes/Flux2/api/contract.ts';
import { SandboxClient } from './client.mts';

let client: SandboxClient;
beforeAll(async () => (client = await SandboxClient.start()));
afterAll(async () => await client.sandbox.stop());

const reference = 'https://pictures.example/fox.png';

describe('a create', () => {
	test('gets a response in the shape of the newest page', async () => {
		const { status, json } = await client.create('a red fox');
		expect(status).toBe(200);
		expect(json).toEqual({
			code: 200,
			message: 'success',
			data: { task_id: expect.stringMatching(/^n41\w+_flux2$/), status: 'IN_PROGRESS' },
		});
	});

	test.each([
		['model', { model: 'flux-1' }, 'model must be "flux-2"'],
		['prompt', { prompt: undefined }, 'prompt is required'],
		['prompt', { prompt: 'ab' }, 'this one has 2'],
		['prompt', { prompt: 'x'.repeat(5001) }, 'this one has 5001'],
		['mode', { type: 'max' }, 'type must be one of: pro, flex'],
		['resolution', { resolution: '4K' }, 'resolution must be one of: 1K, 2K'],
		['ratio', { aspect_ratio: 'wide' }, 'aspect_ratio must look like 16:9'],
		['ratio', { aspect_ratio: '0:1' }, 'aspect_ratio must look like 16:9'],
		['ratio', { aspect_ratio: 'auto' }, 'needs at least one image'],
		['reference', { input_urls: reference }, 'must be an array'],
		['reference', { input_urls: ['ftp://pictures.example/fox.png'] }, 'must be an array'],
		['reference', { input_urls: Array(9).fill(reference) }, 'at most 8 images, got 9'],
		['callback URL', { callback_url: 'nowhere' }, 'callback_url must be'],
	])('with an invalid %s is refused with 422: %j', async (_name, fields, message) => {
		const creates = client.sandbox.billing.creates;
		const { status, json } = await client.create('a red fox', fields);
		expect(status).toBe(422);
		expect(json).toEqual({
			error: {
				code: 422,
				message: expect.stringContaining(message),
				type: 'invalid_request_error',
			},
		});
		expect(client.sandbox.billing.creates).toBe(creates);
	});

	test.each(['{"model":', '[]', '"flux-2"', ''])(
		'with the body %j is refused with 400',
		async (body) => {
			const { status, json } = await client.post(body);
			expect([status, json.error.code]).toEqual([400, 400]);
		},
	);

	test.each([
		{ prompt: 'abc' },
		{ prompt: '😀'.repeat(5000) },
		{ aspect_ratio: '21:9' },
		{ aspect_ratio: 'auto', input_urls: [reference] },
		{ input_urls: [] },
		{ input_urls: Array(8).fill(reference) },
	])('is accepted at the limits: %j', async (fields) => {
		expect((await client.create('a red fox', fields)).status).toBe(200);
	});

	test.each(ASPECT_RATIOS)('accepts the ratio %s', async (ratio) => {
		const { status } = await client.create('abc', {
			aspect_ratio: ratio,
			input_urls: [reference],
		});
		expect(status).toBe(200);
	});
});

describe('the API key', () => {
	test.each([undefined, 'Bearer wrong', 'aio_sandbox_0000000000000000'])(
		'is required everywhere under /api/v1: %s is refused',
		async (authorization) => {
			const headers = { ...(authorization !== undefined && { authorization }) };
			const { url } = client.sandbox;
			for (const path of ['/api/v1/tasks/none', '/api/v1/credits']) {
				const response = await fetch(url + path, { headers });
				expect(response.status).toBe(401);
				expect(await response.json()).toEqual({
					error: { code: 401, message: 'Invalid API key', type: 'authentication_error' },
				});
			}
			expect((await client.post('{}', headers)).status).toBe(401);
		},
	);

	test('unknown routes and tasks are a 404, a malformed URL is a 400', async () => {
		const response = await fetch(`${client.sandbox.url}/api/v1/credits`, {
			headers: client.headers,
		});
		expect(response.status).toBe(404);
		expect(await response.json()).toMatchObject({ error: { code: 404 } });
		expect((await client.poll('none')).json).toEqual({
			error: { code: 404, message: 'Task none not found', type: 'not_found_error' },
		});
		const malformed = await fetch(`${client.sandbox.url}/api/v1/tasks/%E0%A4`);
		expect(await malformed.json()).toMatchObject({ error: { code: 400 } });
	});
});

describe('billing', () => {
	test.each(MODES.flatMap((mode) => RESOLUTIONS.map((resolution) => [mode, resolution] as const)))(
		'%s %s costs what the price list says',
		async (type, resolution) => {
			const { billing } = client.sandbox;
			const [balance, creates] = [billing.balance, billing.creates];
			const { json } = await client.createAndPoll('a red fox', { type, resolution });
			const price = PRICE_LIST[type][resolution];
			expect(json.data.consumed_credits).toBe(price);
			expect([billing.balance, billing.creates]).toEqual([balance - price, creates + 1]);
		},
	);

	test('a failed task is refunded when it fails, not before', async () => {
		const { billing } = client.sandbox;
		const { balance, creditsRefunded } = billing;
		const id = await client.createTask('a red fox [task: failed]');
		expect(billing.balance).toBe(balance - 5);
		await client.clock.advance(5_000);
		expect(billing.balance).toBe(balance);
		expect(billing.creditsRefunded).toBe(creditsRefunded + 5);
		expect(client.sandbox.tasks.get(id)).toMatchObject({ charged: 5, refunded: 5 });
	});

	test('a create is refused when the balance is too low, and nothing is charged', async () => {
		const client = await SandboxClient.start({ credits: 8 });
		expect((await client.create('a red fox')).status).toBe(200);
		const { status, json } = await client.create('a red fox');
		expect([status, json.error.type]).toEqual([402, 'insufficient_credits']);
		expect(client.sandbox.billing).toMatchObject({ creates: 1, creditsCharged: 5, balance: 3 });
		await client.sandbox.stop();
	});
});

describe('a rate limit', () => {
	const limited = async (retryAfter?: 'seconds' | 'date' | 'none') =>
		await SandboxClient.start({
			rateLimit: { creates: 2, perSeconds: 10, ...(retryAfter && { retryAfter }) },
		});

	test('refuses the third create, and accepts one when the window has moved on', async () => {
		const client = await limited();
		const statuses = [];
		for (let attempt = 0; attempt < 3; attempt++) {
			statuses.push((await client.create(`fox ${attempt}`)).status);
			await client.clock.advance(1_000);
		}
		expect(statuses).toEqual([200, 200, 429]);
		const { headers, json } = await client.create('a fox');
		expect(headers.get('retry-after')).toBe('7');
		expect(json).toEqual({ code: 429, message: expect.any(String) });
		await client.clock.advance(7_000);
		expect((await client.create('a fox')).status).toBe(200);
		expect(client.sandbox.billing.creates).toBe(3);
		await client.sandbox.stop();
	});

	test('gives `Retry-After` as a date, or not at all', async () => {
		const retryAfter = async (format: 'date' | 'none') => {
			const client = await limited(format);
			await Promise.all([client.create('fox 1'), client.create('fox 2')]);
			const { headers } = await client.create('fox 3');
			await client.sandbox.stop();
			return headers.get('retry-after');
		};
		expect(await retryAfter('date')).toBe('Thu, 01 Jan 2026 00:00:10 GMT');
		expect(await retryAfter('none')).toBeNull();
	});
});
