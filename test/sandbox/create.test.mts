import { ASPECT_RATIOS, MODES, PRICE_LIST, RESOLUTIONS } from '../../nodes/Flux2/api/contract.ts';
import { Customer } from './customer.mts';

let customer: Customer;
beforeAll(async () => (customer = await Customer.at()));
afterAll(async () => await customer.sandbox.stop());

const reference = 'https://pictures.example/fox.png';

describe('a create', () => {
	test('is answered in the shape of the newest page', async () => {
		const { status, json } = await customer.create('a red fox');
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
	])('with a wrong %s is refused with 422: %j', async (_what, more, words) => {
		const before = customer.sandbox.books.creates;
		const { status, json } = await customer.create('a red fox', more);
		expect(status).toBe(422);
		expect(json).toEqual({
			error: { code: 422, message: expect.stringContaining(words), type: 'invalid_request_error' },
		});
		expect(customer.sandbox.books.creates).toBe(before);
	});

	test.each(['{"model":', '[]', '"flux-2"', ''])(
		'with the body %j is refused with 400',
		async (body) => {
			const { status, json } = await customer.post(body);
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
	])('is taken at the edge of what is allowed: %j', async (more) => {
		expect((await customer.create('a red fox', more)).status).toBe(200);
	});

	test.each(ASPECT_RATIOS)('takes the ratio %s', async (ratio) => {
		const { status } = await customer.create('abc', {
			aspect_ratio: ratio,
			input_urls: [reference],
		});
		expect(status).toBe(200);
	});
});

describe('the key', () => {
	test.each([undefined, 'Bearer wrong', 'aio_sandbox_0000000000000000'])(
		'is asked for everywhere under /api/v1: %s is refused',
		async (authorization) => {
			const headers = { ...(authorization !== undefined && { authorization }) };
			const { url } = customer.sandbox;
			for (const path of ['/api/v1/tasks/none', '/api/v1/credits']) {
				const answer = await fetch(url + path, { headers });
				expect(answer.status).toBe(401);
				expect(await answer.json()).toEqual({
					error: { code: 401, message: 'Invalid API key', type: 'authentication_error' },
				});
			}
			expect((await customer.post('{}', headers)).status).toBe(401);
		},
	);

	test('opens nothing that is not there', async () => {
		const answer = await fetch(`${customer.sandbox.url}/api/v1/credits`, {
			headers: customer.headers,
		});
		expect(answer.status).toBe(404);
		expect(await answer.json()).toMatchObject({ error: { code: 404 } });
		expect((await customer.look('none')).json).toEqual({
			error: { code: 404, message: 'Task none not found', type: 'not_found_error' },
		});
		const malformed = await fetch(`${customer.sandbox.url}/api/v1/tasks/%E0%A4`);
		expect(await malformed.json()).toMatchObject({ error: { code: 400 } });
	});
});

describe('the books', () => {
	test.each(MODES.flatMap((mode) => RESOLUTIONS.map((resolution) => [mode, resolution] as const)))(
		'%s %s costs what the price list says',
		async (type, resolution) => {
			const { books } = customer.sandbox;
			const [balance, creates] = [books.balance, books.creates];
			const { json } = await customer.settled('a red fox', { type, resolution });
			const price = PRICE_LIST[type][resolution];
			expect(json.data.consumed_credits).toBe(price);
			expect([books.balance, books.creates]).toEqual([balance - price, creates + 1]);
		},
	);

	test('a failed task is refunded when it fails, not before', async () => {
		const { books } = customer.sandbox;
		const { balance, creditsRefunded } = books;
		const id = await customer.order('a red fox [task: failed]');
		expect(books.balance).toBe(balance - 5);
		await customer.clock.advance(5_000);
		expect(books.balance).toBe(balance);
		expect(books.creditsRefunded).toBe(creditsRefunded + 5);
		expect(customer.sandbox.tasks.get(id)).toMatchObject({ charged: 5, refunded: 5 });
	});

	test('a balance that is too low refuses, and nothing is charged', async () => {
		const poor = await Customer.at({ credits: 8 });
		expect((await poor.create('a red fox')).status).toBe(200);
		const { status, json } = await poor.create('a red fox');
		expect([status, json.error.type]).toEqual([402, 'insufficient_credits']);
		expect(poor.sandbox.books).toMatchObject({ creates: 1, creditsCharged: 5, balance: 3 });
		await poor.sandbox.stop();
	});
});

describe('a rate limit', () => {
	const limited = async (retryAfter?: 'seconds' | 'date' | 'none') =>
		await Customer.at({
			rateLimit: { creates: 2, perSeconds: 10, ...(retryAfter && { retryAfter }) },
		});

	test('refuses the third create, and lets it in when its time has come', async () => {
		const hasty = await limited();
		const statuses = [];
		for (let create = 0; create < 3; create++) {
			statuses.push((await hasty.create(`fox ${create}`)).status);
			await hasty.clock.advance(1_000);
		}
		expect(statuses).toEqual([200, 200, 429]);
		const { headers, json } = await hasty.create('a fox');
		expect(headers.get('retry-after')).toBe('7');
		expect(json).toEqual({ code: 429, message: expect.any(String) });
		await hasty.clock.advance(7_000);
		expect((await hasty.create('a fox')).status).toBe(200);
		expect(hasty.sandbox.books.creates).toBe(3);
		await hasty.sandbox.stop();
	});

	test('says when to come back as a date, or not at all', async () => {
		const told = async (form: 'date' | 'none') => {
			const hasty = await limited(form);
			await Promise.all([hasty.create('fox 1'), hasty.create('fox 2')]);
			const { headers } = await hasty.create('fox 3');
			await hasty.sandbox.stop();
			return headers.get('retry-after');
		};
		expect(await told('date')).toBe('Thu, 01 Jan 2026 00:00:10 GMT');
		expect(await told('none')).toBeNull();
	});
});
