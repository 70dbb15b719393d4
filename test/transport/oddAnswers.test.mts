import type { RequestBody } from '../../nodes/Flux2/api/contract';
import { chargedBy } from '../../nodes/Flux2/api/failures';
import { clientOver, failureOf, KEY } from './clientOver.mts';

const ID = 'n41xxxx_flux2';
const BODY: RequestBody = {
	model: 'flux-2',
	prompt: 'A red fox',
	type: 'pro',
	resolution: '1K',
	aspect_ratio: '1:1',
};
const done = { task_id: ID, status: 'SUCCESS', response: ['https://cdn.example/a.png'] };

describe('a create whose answer is odd and names a task', () => {
	const named = { task_id: ID, status: 'IN_PROGRESS' };

	test.each<[string, unknown]>([
		['code 201', { code: 201, data: named }],
		['code 202', { code: 202, data: named }],
		['code 1', { code: 1, data: named }],
		['code 500', { code: 500, msg: 'queue is slow', data: named }],
		['an error object with the code 0', { error: { code: 0 }, data: named }],
		['an error object with a text', { error: { message: 'odd' }, task_id: ID }],
	])('is that task: %s', async (_name, body) => {
		const { client, sent } = clientOver([{ body }]);
		expect(await client.createTask(BODY, Infinity)).toMatchObject({ state: 'pending', id: ID });
		expect(sent).toHaveLength(1);
	});

	test('is not, where its code says that nothing was taken', async () => {
		for (const code of [400, 401, 402, 403, 404, 422, 429, 455]) {
			const { client } = clientOver([{ body: { code, id: 'request-1', msg: 'no' } }]);
			const failed = await failureOf(client.createTask(BODY, Infinity));
			expect(failed.failure).toMatchObject({ kind: 'api-error', code });
			expect(chargedBy(failed.failure)).toBe('no');
			expect(failed.taskId).toBeUndefined();
		}
	});

	test.each([500, 502, 503, 504, 409, 408, 303, 302])(
		'names the task in its failure, with HTTP %s',
		async (statusCode) => {
			const { client } = clientOver([{ statusCode, body: { code: statusCode, data: named } }]);
			const failed = await failureOf(client.createTask(BODY, Infinity));
			expect(failed.taskId).toBe(ID);
			expect(chargedBy(failed.failure)).toBe('maybe');
		},
	);

	test('does not show the key, should the task be named after it', async () => {
		const { client } = clientOver([{ statusCode: 500, body: { task_id: `task-${KEY}` } }]);
		expect((await failureOf(client.createTask(BODY, Infinity))).taskId).toBe('task-•••');
	});
});

describe('a create that is answered with images at once', () => {
	test('needs no task', async () => {
		const { client } = clientOver([{ body: { data: { images: ['https://cdn.example/a.png'] } } }]);
		expect(await client.createTask(BODY, Infinity)).toEqual({
			state: 'succeeded',
			id: '',
			providerStatus: '',
			imageUrls: ['https://cdn.example/a.png'],
		});
	});

	test('never takes its own reference images or its callback for them', async () => {
		const body: RequestBody = {
			...BODY,
			input_urls: ['https://shop.example/a b.png'],
			callback_url: 'https://n8n.example/webhook/1?token=x',
		};
		const echoed = {
			status: 'success',
			images: ['https://shop.example/a%20b.png'],
			url: body.callback_url,
			picture: 'https://shop.example/a b.png',
		};
		const { client } = clientOver([{ body: echoed }]);
		const { failure } = await failureOf(client.createTask(body, Infinity));
		expect(failure.kind).toBe('unreadable-answer');
		expect(chargedBy(failure)).toBe('maybe');
	});
});

describe('the firewall before the service', () => {
	const page = '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head>';
	const problem = {
		type: 'https://developers.cloudflare.com/support/error-1010/',
		title: 'Error 1010: Access denied',
		status: 403,
	};
	test.each<[string, unknown, string]>([
		['a text', 'error code: 1010', 'error code: 1010'],
		['another text', 'error code: 1020\n', 'error code: 1020'],
		['a page', page, 'a web page titled "Attention Required! | Cloudflare"'],
		[
			'a challenge',
			'<html><title>Just a moment...</title>',
			'a web page titled "Just a moment..."',
		],
		['JSON, since it was asked for JSON', problem, 'Error 1010: Access denied'],
	])('is told from a wrong key: %s', async (_name, body, text) => {
		for (const step of ['create', 'poll'] as const) {
			const { client } = clientOver([{ statusCode: 403, body }]);
			const { failure } = await failureOf(
				step === 'create' ? client.createTask(BODY, Infinity) : client.getTask(ID),
			);
			expect(failure).toEqual({ kind: 'blocked-by-firewall', step, text });
			expect(chargedBy(failure)).toBe(step === 'create' ? 'no' : 'yes');
		}
	});

	test.each<[string, unknown]>([
		["the service's own 403", { error: { code: 403, message: 'No access' } }],
		["a proxy's page", '<html><title>Forbidden</title>'],
		['nothing', ''],
	])('is not seen in %s', async (_name, body) => {
		const { client } = clientOver([{ statusCode: 403, body }]);
		const { failure } = await failureOf(client.createTask(BODY, Infinity));
		expect(failure).toMatchObject({ kind: 'api-error', code: 403 });
	});
});

describe('a task ID that is a long number', () => {
	const LONG = '12345678901234567890';

	test('keeps its digits, from the create to the poll', async () => {
		const { client, sent } = clientOver([
			{ body: `{"code":200,"data":{"task_id": ${LONG} }}` },
			{
				body: `{"code":200,"data":{"id":${LONG},"status":"SUCCESS","images":["https://a.example/b"]}}`,
			},
		]);
		const { id } = await client.createTask(BODY, Infinity);
		expect(id).toBe(LONG);
		expect(await client.getTask(id)).toMatchObject({ state: 'succeeded', id: LONG });
		expect(sent[1]?.url).toBe(`https://api.example/api/v1/tasks/${LONG}`);
	});
});

describe('a poll', () => {
	test('never takes what the request has sent for its result', async () => {
		const photo = 'https://shop.example/photo.png';
		const body = { data: { task_id: ID, status: 'SUCCESS', image: photo, photo } };
		const { client } = clientOver([{ body }]);
		expect((await failureOf(client.getTask(ID, { sent: [photo] }))).failure.kind).toBe('no-image');
	});

	test('reads a bare list', async () => {
		const { client } = clientOver([{ body: [done] }, { body: [{ data: done }] }]);
		expect(await client.getTask(ID)).toMatchObject({ state: 'succeeded', id: ID });
		expect(await client.getTask(ID)).toMatchObject({ state: 'succeeded', id: ID });
	});
});
