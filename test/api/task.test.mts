import {
	RESULT_KEYS,
	DONE_WORDS,
	FAILED_WORDS,
	PENDING_WORDS,
} from '../../nodes/Flux2/api/contract';
import { errorIn } from '../../nodes/Flux2/api/answerError';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { readTask } from '../../nodes/Flux2/api/readTask';
import { isAboutAnotherTask } from '../../nodes/Flux2/api/response';
import { atTimeout, isTerminal } from '../../nodes/Flux2/api/task';

const ID = 'n41xxxx_flux2';
const A = 'https://cdn.example/a.png';
const B = 'https://cdn.example/b.png';
const INPUT_URL = 'https://shop.example/sent-by-user.png';

const read = (response: unknown) => readTask(response, ID);

describe('every documented response is parsed', () => {
	const documented: Array<[name: string, response: unknown, expected: object]> = [
		[
			'create, newest page [own]',
			{ code: 200, message: 'success', data: { task_id: ID, status: 'IN_PROGRESS' } },
			{ state: 'pending', providerStatus: 'IN_PROGRESS' },
		],
		[
			'create, older page [own]',
			{ id: 'task_abc123', status: 'pending', model: 'flux-2', created_at: '2026-02-24T12:00:00Z' },
			{ state: 'pending', providerStatus: 'pending' },
		],
		[
			'completed [family]',
			{
				code: 200,
				data: {
					task_id: ID,
					status: 'SUCCESS',
					response: [A],
					request: { input_urls: [INPUT_URL] },
					consumed_credits: 5,
				},
			},
			{ state: 'succeeded', imageUrls: [A], creditsCharged: 5 },
		],
		[
			'music-like [family]',
			{
				data: {
					type: 'SUCCESS',
					request_body: { input_urls: [INPUT_URL] },
					response_data: [{ id: 1, image_url: A, fail_message: '', error_message: '' }],
				},
			},
			{ state: 'succeeded', providerStatus: 'SUCCESS', imageUrls: [A] },
		],
		[
			'images [family]',
			{ data: { task_id: ID, status: 'completed', images: [A, B] } },
			{ state: 'succeeded', imageUrls: [A, B] },
		],
		[
			'images null with an error [family]',
			{ data: { task_id: ID, status: 'FAILED', images: null, error: 'nsfw' } },
			{ state: 'failed', reason: 'nsfw' },
		],
		[
			'numeric status [family]',
			{ data: { status: 1, response: [A] } },
			{ state: 'succeeded', providerStatus: '', imageUrls: [A] },
		],
		[
			'resultJson [upstream]',
			{
				data: { taskId: ID, state: 'success', resultJson: JSON.stringify({ resultUrls: [A, B] }) },
			},
			{ state: 'succeeded', imageUrls: [A, B] },
		],
		[
			'fail [upstream]',
			{ data: { taskId: ID, state: 'fail', failCode: '501', failMsg: 'bad prompt' } },
			{ state: 'failed', reason: 'bad prompt' },
		],
		[
			'older route [upstream]',
			{
				data: {
					taskId: ID,
					successFlag: 1,
					response: { originImageUrl: null, resultImageUrl: A },
					errorMessage: null,
				},
			},
			{ state: 'succeeded', imageUrls: [A] },
		],
		[
			'older route, in progress [upstream]',
			{ data: { taskId: ID, successFlag: 0, response: null, errorMessage: null } },
			{ state: 'pending', providerStatus: '' },
		],
		[
			'older route, failed [upstream]',
			{ data: { taskId: ID, successFlag: 3, response: null, errorMessage: 'no luck' } },
			{ state: 'failed', reason: 'no luck' },
		],
		[
			'callback info [upstream]',
			{ code: 200, msg: 'ok', data: { taskId: ID, info: { resultImageUrl: A } } },
			{ state: 'succeeded', imageUrls: [A] },
		],
		[
			'task_status as number [family]',
			{ data: { task_id: ID, task_status: 3, task_result: { images: [{ url: A }] } } },
			{ state: 'succeeded', imageUrls: [A] },
		],
	];

	test.each(documented)('%s', (_name, response, expected) => {
		expect(read(response)).toMatchObject({ id: ID, ...expected });
	});

	test.each(documented)('%s, not wrapped in data', (_name, response, expected) => {
		const bare = (response as { data?: unknown }).data ?? response;
		expect(read(bare)).toMatchObject({ id: ID, ...expected });
	});
});

describe('image URLs are found under every result key, in every format', () => {
	const formats: Array<[name: string, make: (url: string) => unknown]> = [
		['a string', (url) => url],
		['a list of strings', (url) => [url]],
		['a list of objects', (url) => [{ url }, { image_url: url }, { resultImageUrl: url }]],
		['a nested object', (url) => ({ images: [{ url }] })],
	];
	const cases = RESULT_KEYS.flatMap((key) =>
		formats.map(([name, make]) => [key, name, make] as const),
	);

	test.each(cases)('%s as %s', (key, _name, make) => {
		const response = { data: { status: 'completed', [key]: make(A) } };
		expect(read(response)).toMatchObject({ state: 'succeeded', imageUrls: [A] });
	});

	test('images of several keys are in order and without duplicates', () => {
		const response = { status: 'done', image_urls: [A, B, A], url: A };
		expect(read(response)).toMatchObject({ imageUrls: [A, B] });
	});

	test('only http URLs are images', () => {
		const response = {
			status: 'done',
			images: ['ftp://x/a.png', 'data:image/png;base64,AA', 'a.png', A],
		};
		expect(read(response)).toMatchObject({ imageUrls: [A] });
	});
});

describe('input repeated in a response is never taken for a result', () => {
	const echoes = ['request', 'request_body', 'param', 'input', 'input_urls'];
	test.each(echoes)('%s', (key) => {
		const repeated = { input_urls: [INPUT_URL], images: [INPUT_URL], url: INPUT_URL };
		const response = {
			data: { status: 'SUCCESS', [key]: key === 'input_urls' ? [INPUT_URL] : repeated },
		};
		expect(() => read(response)).toThrow(Flux2Failure);
	});

	test('also not inside a result', () => {
		const response = { data: { status: 'SUCCESS', output: { input: { url: INPUT_URL }, url: A } } };
		expect(read(response)).toMatchObject({ imageUrls: [A] });
	});

	test("also not in upstream's param, which is JSON in a string", () => {
		const response = {
			data: { state: 'success', param: JSON.stringify({ url: INPUT_URL }), resultJson: '{}' },
		};
		expect(() => read(response)).toThrow(Flux2Failure);
	});
});

describe('status words', () => {
	test.each([...DONE_WORDS])('%s means done, in upper case, too', (word) => {
		expect(read({ status: word.toUpperCase(), url: A })).toMatchObject({ state: 'succeeded' });
	});
	test.each([...FAILED_WORDS])('%s means failed, even with an image', (word) => {
		expect(read({ state: word, url: A })).toMatchObject({ state: 'failed' });
	});
	test.each([...PENDING_WORDS])('%s means pending, even with an image', (word) => {
		expect(read({ task_status: word, url: A })).toMatchObject({ state: 'pending' });
	});
	test('an unknown status is not terminal, and its images count at the time limit', () => {
		const task = read({ status: 'REVIEWING', images: [A] });
		expect(task).toMatchObject({ state: 'unknown', providerStatus: 'REVIEWING' });
		expect(isTerminal(task)).toBe(false);
		expect(atTimeout(task)).toMatchObject({ state: 'succeeded', imageUrls: [A] });
	});
	test('at the time limit a task without images is unchanged', () => {
		const task = read({ status: 'REVIEWING' });
		expect(atTimeout(task)).toBe(task);
	});
	test('type is a status only if it is a status word', () => {
		expect(read({ type: 'pro', status: 'completed', url: A })).toMatchObject({
			state: 'succeeded',
		});
		expect(read({ type: 'flex' })).toMatchObject({ state: 'pending', providerStatus: '' });
	});
	test('a success message is not the reason of a failure', () => {
		expect(read({ message: 'success', data: { status: 'FAILED' } })).toMatchObject({
			reason: 'no reason given',
		});
	});
	test('done without an image is a failure with an excerpt of the response, without the repeated input', () => {
		const response = {
			data: { status: 'completed', images: [], request: { prompt: 'secret plan' } },
		};
		expect.assertions(2);
		try {
			read(response);
		} catch (error) {
			const { failure } = error as Flux2Failure;
			expect(failure).toMatchObject({ kind: 'no-image', providerStatus: 'completed' });
			expect(JSON.stringify(failure)).not.toContain('secret plan');
		}
	});
});

describe('errors', () => {
	const page =
		'<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>x</h1></body></html>';
	const table: Array<
		[name: string, status: number, response: unknown, expected: object | undefined]
	> = [
		[
			'HTTP 401 [own]',
			401,
			{ error: { code: 401, message: 'Invalid API key', type: 'auth' } },
			{ code: 401, text: 'Invalid API key' },
		],
		[
			'flat 429 [family]',
			429,
			{ code: 429, message: 'slow down' },
			{ code: 429, text: 'slow down' },
		],
		[
			'401 inside HTTP 200',
			200,
			{ code: 401, message: 'Invalid API key' },
			{ code: 401, text: 'Invalid API key' },
		],
		[
			'402 inside HTTP 200, nested',
			200,
			{ error: { code: 402, message: 'no credits' } },
			{ code: 402 },
		],
		[
			'an error object without a code inside HTTP 200',
			200,
			{ error: { message: 'odd' } },
			{ code: 500, text: 'odd' },
		],
		['error as a string', 400, { error: 'bad' }, { code: 400, text: 'bad' }],
		['msg', 422, { code: 422, msg: 'ratio' }, { code: 422, text: 'ratio' }],
		[
			"the title of a proxy's web page",
			502,
			page,
			{ code: 502, text: 'a web page titled "502 Bad Gateway"' },
		],
		['plain text', 500, 'oops', { code: 500, text: 'oops' }],
		['an empty body', 503, '', { code: 503, text: '' }],
		[
			'the words of the task where the root is only polite',
			200,
			{ code: 501, msg: 'success', data: { failMsg: 'no luck' } },
			{ code: 501, text: 'no luck', inBody: true },
		],
		['a code in a string', 200, { code: '-1', message: 'no' }, { code: -1, text: 'no' }],
		['the worse of two codes', 200, { code: 402, error: { code: 0 } }, { code: 402 }],
		['an error object with the code 0', 200, { error: { code: 0, message: 'ok' } }, undefined],
		['an empty error object', 200, { error: { code: null, message: '' } }, undefined],
		['a code that is no number', 200, { code: 'success' }, undefined],
		['code 200', 200, { code: 200, data: {} }, undefined],
		['code 0', 200, { code: 0, data: {} }, undefined],
		['no code', 200, { id: 'x' }, undefined],
	];
	test.each(table)('%s', (_name, status, response, expected) => {
		const error = errorIn(status, response);
		if (expected === undefined) expect(error).toBeUndefined();
		else expect(error).toMatchObject(expected);
	});
});

describe('a response about another task', () => {
	test.each([
		[{ data: { task_id: 'other' } }, true],
		[{ data: { task_id: ID } }, false],
		[{ taskId: ID, id: 7 }, false],
		[{ data: { status: 'SUCCESS' } }, false],
		[{ data: { workId: 'other' } }, true],
		[{ task_id: 'other', data: { status: 'SUCCESS', images: [A] } }, true],
		[{ data: { id: 7, images: [A] } }, false],
		[{ data: { id: 'row-of-a-table', images: [A] } }, false],
		[{ data: { workId: 'other', id: ID } }, false],
		[{ data: [{ task_id: 'other' }, { task_id: ID }] }, false],
		[{ data: [{ task_id: 'other' }] }, true],
		[[{ data: { taskId: 'other' } }], true],
	])('%j: %s', (response, expected) => {
		expect(isAboutAnotherTask(response, ID)).toBe(expected);
	});
});
