import { SHAPES } from '../../sandbox/shapes.mts';
import type { Where } from '../../sandbox/troubles.mts';
import { TROUBLES } from '../../sandbox/troubles.mts';
import { bytesOf, Customer, pngSize } from './customer.mts';
import { until } from './manualClock.mts';

let customer: Customer;
beforeEach(async () => (customer = await Customer.at({ elsewhere: 'http://other.invalid' })));
afterEach(async () => await customer.sandbox.stop());

const charged = () => customer.sandbox.books.creditsCharged;
const data = async (id: string) => (await customer.look(id)).json.data;

/** What a test says of a trouble; every trouble of the place must be said something of. */
type Says = Record<string, () => Promise<void>>;

function everyTrouble(where: Where, says: Says): void {
	describe(where, () => {
		test.each(Object.entries(says))(`[${where}: %s]`, async (_words, check) => await check());

		test('nothing else can be asked for', () => {
			const rows = TROUBLES.filter((one) => one.where === where).map((one) => one.words);
			expect(Object.keys(says)).toEqual(expect.arrayContaining(rows));
		});
	});
}

everyTrouble('task', {
	failed: async () => {
		const { json } = await customer.settled('fox [task: failed]');
		expect(json.data).toMatchObject({ status: 'FAILED', response: [] });
		expect(json.data.error_message).toContain('could not make this image');
		expect(json.data).not.toHaveProperty('consumed_credits');
	},
	'failed once': async () => {
		const first = await customer.settled('fox [task: failed once]');
		const second = await customer.settled('fox [task: failed once]');
		expect([first.json.data.status, second.json.data.status]).toEqual(['FAILED', 'SUCCESS']);
	},
	'failed without reason': async () => {
		const { json } = await customer.settled('fox [task: failed without reason]');
		expect(json.data).toMatchObject({ status: 'FAILED', error_message: '' });
	},
	slow: async () => {
		const id = await customer.order('fox [task: slow]');
		await customer.clock.advance(44_999);
		expect((await data(id)).status).toBe('IN_PROGRESS');
		await customer.clock.advance(1);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	'takes <n> s': async () => {
		const id = await customer.order('fox [task: takes 20 s]');
		await customer.clock.advance(19_999);
		expect((await data(id)).status).toBe('IN_PROGRESS');
		await customer.clock.advance(1);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	never: async () => {
		const id = await customer.order('fox [task: never]');
		await customer.clock.advance(86_400_000);
		expect((await data(id)).status).toBe('IN_PROGRESS');
	},
	'<n> images': async () => {
		const { json } = await customer.settled('fox [task: two images]');
		expect(new Set(json.data.response).size).toBe(2);
		expect(charged()).toBe(5);
		expect((await customer.settled('[task: 7 images]')).json.data.response).toHaveLength(7);
	},
	'done without image': async () => {
		const { json } = await customer.settled('fox [task: done without image]');
		expect(json.data).toMatchObject({ status: 'SUCCESS', response: [] });
	},
	'unknown word': async () => {
		const id = await customer.order('fox [task: unknown word]');
		await customer.clock.advance(86_400_000);
		expect(await data(id)).toMatchObject({ status: 'REVIEWING', response: [] });
	},
	'unknown word with image': async () => {
		const id = await customer.order('fox [task: unknown word with image]');
		expect(await data(id)).toMatchObject({ status: 'REVIEWING', response: [] });
		await customer.clock.advance(5_000);
		const seen = await data(id);
		expect(seen).toMatchObject({ status: 'REVIEWING', response: [expect.any(String)] });
		expect((await fetch(seen.response[0])).status).toBe(200);
	},
	'unknown word then done': async () => {
		const id = await customer.order('fox [task: unknown word then done]');
		expect((await data(id)).status).toBe('REVIEWING');
		await customer.clock.advance(5_000);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	backwards: async () => {
		const id = await customer.order('fox [task: backwards]');
		await customer.clock.advance(5_000);
		const words = [await data(id), await data(id), await data(id)].map(({ status }) => status);
		expect(words).toEqual(['GENERATING', 'WAITING', 'SUCCESS']);
	},
	'no word': async () => {
		const id = await customer.order('fox [task: no word]');
		expect(await data(id)).toEqual({ task_id: id, response: [], request: expect.anything() });
		await customer.clock.advance(5_000);
		const seen = await data(id);
		expect(seen).not.toHaveProperty('status');
		expect(seen.response).toHaveLength(1);
	},
	'numeric status': async () => {
		const id = await customer.order('fox [task: numeric status]');
		expect(await data(id)).toMatchObject({ task_status: 1, response: [] });
		await customer.clock.advance(5_000);
		const seen = await data(id);
		expect(seen).toMatchObject({ task_status: 3, response: [expect.any(String)] });
		expect(seen).not.toHaveProperty('status');
		const failed = await customer.settled('[task: numeric status] [task: failed]');
		expect(failed.json.data.task_status).toBe(5);
	},
});

everyTrouble('create', {
	'<status>': async () => {
		for (const status of [400, 401, 402, 403, 404, 422, 429, 455, 500, 502, 503, 504]) {
			const answer = await customer.create(`fox [create: ${status}]`);
			expect(answer.status).toBe(status);
			expect(answer.json.code ?? answer.json.error.code).toBe(status);
		}
		expect(charged()).toBe(0);
	},
	'429 x2 retry after 7': async () => {
		const prompt = 'fox [create: 429 x2 retry after 7]';
		const answers = [];
		for (let time = 0; time < 3; time++) answers.push(await customer.create(prompt));
		expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
		expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['7', '7', null]);
		expect(customer.sandbox.books.creates).toBe(1);
	},
	'429 retry date': async () => {
		const { headers } = await customer.create('fox [create: 429 retry date]');
		expect(headers.get('retry-after')).toBe('Thu, 01 Jan 2026 00:00:02 GMT');
	},
	'code <status>': async () => {
		const prompt = 'fox [create: code 429 x2]';
		const codes = [];
		for (let time = 0; time < 3; time++) codes.push((await customer.create(prompt)).json.code);
		expect(codes).toEqual([429, 429, 200]);
		expect((await customer.create('fox [create: code 402]')).status).toBe(200);
		expect(charged()).toBe(5);
	},
	'<status> but charged': async () => {
		expect((await customer.create('fox [create: 500 but charged]')).status).toBe(500);
		expect(charged()).toBe(5);
	},
	reset: async () => {
		await expect(customer.create('fox [create: reset]')).rejects.toThrow();
		expect(charged()).toBe(0);
	},
	'reset but charged': async () => {
		await expect(customer.create('fox [create: reset but charged]')).rejects.toThrow();
		expect(charged()).toBe(5);
		expect(customer.sandbox.tasks.size).toBe(1);
	},
	silence: async () => await staysSilent('fox [create: silence]', 0),
	'silence but charged': async () => await staysSilent('fox [create: silence but charged]', 5),
	'half a body': async () => {
		await expect(customer.create('fox [create: half a body]')).rejects.toThrow();
		expect(charged()).toBe(5);
	},
	'slow body': async () => {
		const answer = customer.create('fox [create: slow body]');
		await until(() => customer.sandbox.held === 1);
		await customer.clock.advance(20_000);
		expect((await answer).json.data.status).toBe('IN_PROGRESS');
		expect(customer.sandbox.held).toBe(0);
	},
	html: async () => {
		const { status, text } = await customer.create('fox [create: html]');
		expect(status).toBe(200);
		expect(text).toContain('<title>Just a moment...</title>');
		expect(charged()).toBe(0);
	},
	'html <status>': async () => {
		const { status, text } = await customer.create('fox [create: html 502]');
		expect(status).toBe(502);
		expect(text).toContain('<!doctype html>');
	},
	'broken json': async () => {
		const { headers, json } = await customer.create('fox [create: broken json]');
		expect(headers.get('content-type')).toContain('application/json');
		expect(json).toBeUndefined();
		expect(charged()).toBe(5);
	},
	'no id': async () => {
		const { json } = await customer.create('fox [create: no id]');
		expect(json.data).toEqual({ status: 'IN_PROGRESS' });
		expect(charged()).toBe(5);
	},
	'same id': async () => {
		const first = await customer.order('fox');
		expect(await customer.order('fox [create: same id]')).toBe(first);
		expect(charged()).toBe(10);
	},
	'numeric id': async () => {
		const { json } = await customer.create('fox [create: numeric id]');
		expect(json.data.task_id).toEqual(expect.any(Number));
		expect((await data(String(json.data.task_id))).task_id).toBe(json.data.task_id);
	},
	'camel id': async () => {
		const { json } = await customer.create('fox [create: camel id]');
		expect(json.data).toEqual({ taskId: expect.any(String), status: 'IN_PROGRESS' });
	},
	'old shape': async () => {
		const { json } = await customer.create('fox [create: old shape]');
		expect(json).toEqual({
			id: [...customer.sandbox.tasks.keys()][0],
			status: 'pending',
			model: 'flux-2',
			created_at: '2026-01-01T00:00:00.000Z',
		});
	},
	redirect: async () => {
		const { status, headers } = await customer.create('fox [create: redirect]');
		expect(status).toBe(307);
		expect(headers.get('location')).toBe('http://other.invalid/api/v1/images/generations');
		expect(charged()).toBe(0);
	},
});

everyTrouble('look', {
	'<status>': async () => {
		const id = await customer.order('fox [look: 500 x2] [look: 404 once] [look: 429 once]');
		const statuses = [];
		for (let look = 0; look < 5; look++) statuses.push((await customer.look(id)).status);
		expect(statuses).toEqual([500, 500, 404, 429, 200]);
		expect(customer.sandbox.tasks.get(id)?.looks).toBe(5);
	},
	'429 x2 retry after 3': async () => {
		const id = await customer.order('fox [look: 429 x2 retry after 3]');
		expect((await customer.look(id)).headers.get('retry-after')).toBe('3');
	},
	'code <status>': async () => {
		const id = await customer.order('fox [look: code 500 once]');
		expect((await customer.look(id)).json).toEqual({ code: 500, message: expect.any(String) });
		expect((await customer.look(id)).json.code).toBe(200);
	},
	reset: async () => {
		const id = await customer.order('fox [look: reset x2]');
		await expect(customer.look(id)).rejects.toThrow();
		await expect(customer.look(id)).rejects.toThrow();
		expect((await customer.look(id)).status).toBe(200);
	},
	silence: async () => {
		const id = await customer.order('fox [look: silence once]');
		const leave = new AbortController();
		const look = customer.look(id, leave.signal);
		await until(() => customer.sandbox.held === 1);
		leave.abort();
		await expect(look).rejects.toThrow();
		await until(() => customer.sandbox.held === 0);
		expect((await customer.look(id)).status).toBe(200);
	},
	'half a body': async () => {
		const id = await customer.order('fox [look: half a body once]');
		await expect(customer.look(id)).rejects.toThrow();
		expect((await customer.look(id)).status).toBe(200);
	},
	'slow body': async () => {
		const id = await customer.order('fox [look: slow body]');
		const look = customer.look(id);
		await until(() => customer.sandbox.held === 1);
		await customer.clock.advance(20_000);
		expect((await look).json.data.task_id).toBe(id);
	},
	html: async () => {
		const id = await customer.order('fox [look: html x2]');
		const { status, headers } = await customer.look(id);
		expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	},
	'html <status>': async () => {
		const id = await customer.order('fox [look: html 503]');
		expect((await customer.look(id)).status).toBe(503);
	},
	'broken json': async () => {
		const id = await customer.order('fox [look: broken json]');
		expect((await customer.look(id)).json).toBeUndefined();
	},
	empty: async () => {
		const id = await customer.order('fox [look: empty]');
		const { status, text } = await customer.look(id);
		expect([status, text]).toEqual([200, '']);
	},
	'wrong id': async () => {
		const id = await customer.order('fox [look: wrong id once]');
		expect((await data(id)).task_id).toBe('n41somebodyelse_flux2');
		expect((await data(id)).task_id).toBe(id);
	},
	redirect: async () => {
		const id = await customer.order('fox [look: redirect]');
		const { status, headers } = await customer.look(id);
		expect(status).toBe(302);
		expect(headers.get('location')).toBe(`http://other.invalid/api/v1/tasks/${id}`);
	},
});

everyTrouble('image', {
	'<status>': async () => {
		const { json } = await customer.settled('fox [image: 404 once] [image: 500 once]');
		const statuses = [];
		for (let time = 0; time < 3; time++) statuses.push((await fetch(json.data.response[0])).status);
		expect(statuses).toEqual([404, 500, 200]);
	},
	reset: async () => await expect(customer.image('fox [image: reset]')).rejects.toThrow(),
	silence: async () => {
		const { json } = await customer.settled('fox [image: silence]');
		const leave = new AbortController();
		const image = fetch(json.data.response[0], { signal: leave.signal });
		await until(() => customer.sandbox.held === 1);
		leave.abort();
		await expect(image).rejects.toThrow();
	},
	'half a body': async () => {
		const image = await customer.image('fox [image: half a body]');
		await expect(bytesOf(image)).rejects.toThrow();
	},
	slow: async () => {
		const image = await customer.image('fox [image: slow]');
		await until(() => customer.sandbox.held === 1);
		await customer.clock.advance(20_000);
		expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
	},
	html: async () => {
		const image = await customer.image('fox [image: html]');
		expect([image.status, image.headers.get('content-type')]).toEqual([
			200,
			'text/html; charset=utf-8',
		]);
	},
	empty: async () => {
		const image = await customer.image('fox [image: empty]');
		expect(image.headers.get('content-type')).toBe('image/png');
		expect(await bytesOf(image)).toHaveLength(0);
	},
	huge: async () => {
		const image = await customer.image('fox [image: huge]');
		expect(image.headers.get('content-length')).toBe(String(101 * 1024 * 1024));
		expect(await lengthOf(image)).toBe(101 * 1024 * 1024);
	},
	'huge unsized': async () => {
		const image = await customer.image('fox [image: huge unsized]');
		expect(image.headers.get('content-length')).toBeNull();
		expect(await lengthOf(image)).toBe(101 * 1024 * 1024);
	},
	'octet-stream': async () => await isPngOfType('octet-stream', 'application/octet-stream'),
	'no type': async () => await isPngOfType('no type', null),
	'wrong type': async () => await isPngOfType('wrong type', 'text/plain'),
	redirect: async () => {
		const { json } = await customer.settled('fox [image: redirect]');
		const image = await fetch(json.data.response[0]);
		expect([image.redirected, image.status]).toEqual([true, 200]);
		expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
	},
	'redirect elsewhere': async () => {
		const { headers } = await customer.image('fox [image: redirect elsewhere]');
		expect(headers.get('location')).toMatch(/^http:\/\/other\.invalid\/images\/\w{32}\.png$/);
	},
	'redirect loop': async () => {
		const image = await customer.image('fox [image: redirect loop]');
		expect(image.url).toContain(image.headers.get('location'));
	},
	jpeg: async () => {
		const image = await customer.image('fox [image: jpeg]');
		expect(image.headers.get('content-type')).toBe('image/jpeg');
		expect((await bytesOf(image)).toString('hex', 0, 3)).toBe('ffd8ff');
	},
	webp: async () => {
		const image = await customer.image('fox [image: webp]');
		expect(image.url).toMatch(/\.webp$/);
		expect((await bytesOf(image)).toString('latin1', 8, 12)).toBe('WEBP');
	},
	'comma in the url': async () => {
		const image = await customer.image('fox [image: comma in the url]');
		expect(image.url).toContain(',');
		expect(image.status).toBe(200);
	},
	ftp: async () => {
		const { json } = await customer.settled('fox [image: ftp]');
		expect(json.data.response[0]).toMatch(/^ftp:\/\/127\.0\.0\.1/);
	},
});

test('every shape is asked for by its name', () => {
	const rows = TROUBLES.filter(({ where }) => where === 'shape').map(({ words }) => words);
	expect(Object.keys(SHAPES).sort()).toEqual([...rows].sort());
});

async function staysSilent(prompt: string, credits: number): Promise<void> {
	const leave = new AbortController();
	const create = customer.create(prompt, {}, leave.signal);
	await until(() => customer.sandbox.held === 1);
	expect(charged()).toBe(credits);
	leave.abort();
	await expect(create).rejects.toThrow();
	await until(() => customer.sandbox.held === 0);
}

async function isPngOfType(words: string, type: string | null): Promise<void> {
	const image = await customer.image(`fox [image: ${words}]`);
	expect(image.headers.get('content-type')).toBe(type);
	expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
}

/** Read as it comes: a hundred megabytes need not be held. */
async function lengthOf(image: Response): Promise<number> {
	let length = 0;
	for await (const piece of image.body as unknown as AsyncIterable<Uint8Array>) {
		length += piece.length;
	}
	return length;
}
