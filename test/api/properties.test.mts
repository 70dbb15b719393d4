import fc from 'fast-check';
import {
	errorIn,
	failureText,
	idOf,
	payloadOf,
	shorten,
	textOf,
} from '../../nodes/Flux2/api/response';
import { hasValidToken, taskIdsOf, callbackToken, withToken } from '../../nodes/Flux2/api/callback';
import {
	MODES,
	RESOLUTIONS,
	RESULT_KEYS,
	STATUS_KEYS,
	taskPath,
} from '../../nodes/Flux2/api/contract';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import {
	fingerprint,
	validateInput,
	toRequestBody,
	type RequestInput,
} from '../../nodes/Flux2/api/request';
import {
	atTimeout,
	isAboutAnotherTask,
	describesTask,
	readTask,
	type Task,
} from '../../nodes/Flux2/api/task';
import { redacted } from '../../nodes/Flux2/transport/redact';
import { anyJson, deepFields, deepList, ECHO_HOST, ECHO_KEYS } from './anyJson.mts';

const ID = 'n41xxxx_flux2';
const RUNS = { numRuns: 1_000 };

/** The task or failure of a response; anything else thrown is a defect. */
function read(response: unknown): Task | Flux2Failure {
	try {
		return readTask(response, ID);
	} catch (error) {
		if (error instanceof Flux2Failure) return error;
		throw error;
	}
}

/** Everything that inspects a response besides `readTask`. */
function inspect(response: unknown): void {
	errorIn(200, response);
	errorIn(502, response);
	payloadOf(response);
	idOf(payloadOf(response));
	failureText(payloadOf(response));
	describesTask(response);
	isAboutAnotherTask(response, ID);
	shorten(response);
	redacted(structuredClone(response), (text) => text);
}

const urlsOf = (outcome: Task | Flux2Failure): string[] =>
	'imageUrls' in outcome ? outcome.imageUrls : [];

describe('for any response', () => {
	test('readTask throws only its own failures, and never returns a success without a URL', () => {
		fc.assert(
			fc.property(anyJson, (response) => {
				const outcome = read(response);
				if (outcome instanceof Flux2Failure) {
					expect(outcome.failure.kind).toBe('no-image');
					expect(outcome.taskId).toBe(ID);
					return;
				}
				for (const task of [outcome, atTimeout(outcome)]) {
					expect(task.id).toBe(ID);
					if (task.state === 'succeeded') expect(task.imageUrls.length).toBeGreaterThan(0);
					if (task.state === 'failed') expect(task.reason).not.toBe('');
				}
				for (const url of urlsOf(outcome)) expect(url).toMatch(/^https?:\/\//i);
			}),
			RUNS,
		);
	});

	test('no URL is taken from the repeated input', () => {
		let urls = 0;
		fc.assert(
			fc.property(anyJson, (response) => {
				const found = urlsOf(read(response));
				urls += found.length;
				expect(found.filter((url) => url.startsWith(ECHO_HOST))).toEqual([]);
			}),
			RUNS,
		);
		// Otherwise the test would prove nothing.
		expect(urls).toBeGreaterThan(10);
	});

	test('the other functions throw nothing, and excerpts for the user are short', () => {
		fc.assert(
			fc.property(anyJson, (response) => {
				inspect(response);
				expect(shorten(response).length).toBeLessThanOrEqual(330);
				expect(shorten(response)).not.toBe('');
			}),
			RUNS,
		);
	});

	test('a response that names another task is never taken for this one', () => {
		fc.assert(
			fc.property(anyJson, (response) => {
				const id = idOf(payloadOf(response));
				if (id === undefined) expect(isAboutAnotherTask(response, ID)).toBe(false);
				else expect(isAboutAnotherTask(response, id)).toBe(false);
				expect(isAboutAnotherTask({ data: { task_id: 'other', response } }, ID)).toBe(true);
			}),
			RUNS,
		);
	});
});

describe('a response nested 100,000 levels deep', () => {
	const shapes: Array<[name: string, shape: () => unknown]> = [
		['lists', deepList],
		...['data', 'error', 'response', 'resultJson', 'request', 'message', 'other'].map(
			(key): [string, () => unknown] => [key, () => deepFields(key)],
		),
	];

	test.each(shapes)('%s', (_name, shape) => {
		const deep = shape();
		for (const response of [
			deep,
			{ data: deep },
			{ error: deep },
			{ data: { task_id: deep, status: 'SUCCESS', response: deep } },
			{ task_id: 'other', id: deep, taskId: deep, status: deep },
			{ status: 'failed', error: deep, message: deep, response: [deep, { fail_message: deep }] },
		]) {
			expect(read(response)).toBeDefined();
			errorIn(200, response);
			errorIn(500, response);
			describesTask(response);
			isAboutAnotherTask(response, ID);
			expect(shorten(response).length).toBeLessThanOrEqual(330);
			expect(redacted(response, (text) => text)).toBe(response);
			expect(taskIdsOf(response, response).length).toBeLessThanOrEqual(20);
			expect(hasValidToken(response, 'token')).toBe(false);
		}
	});
});

describe('the work grows linearly with the response', () => {
	/** Counts every access to any part of a value. */
	function countAccesses(value: unknown): { value: unknown; accesses: () => number } {
		let accesses = 0;
		const wrap = (inner: unknown): unknown =>
			typeof inner !== 'object' || inner === null
				? inner
				: new Proxy(inner, {
						get: (target, key, receiver) => {
							accesses += 1;
							return wrap(Reflect.get(target, key, receiver));
						},
						ownKeys: (target) => {
							const own = Reflect.ownKeys(target);
							accesses += own.length;
							return own;
						},
						getOwnPropertyDescriptor: (target, key) => {
							accesses += 1;
							return Reflect.getOwnPropertyDescriptor(target, key);
						},
					});
		return { value: wrap(value), accesses: () => accesses };
	}

	const work = (response: unknown, by: (response: unknown) => unknown): number => {
		const { value, accesses } = countAccesses(response);
		by(value);
		return accesses();
	};

	const entry = { url: 'https://result.example/a.png', id: 'x', fail_message: '' };
	const shapes: Array<[name: string, of: (size: number) => unknown]> = [
		['a list of results', (size) => ({ data: { images: Array(size).fill(entry) } })],
		['a list of numbers', (size) => ({ data: { status: 'SUCCESS', output: Array(size).fill(1) } })],
		[
			'many keys',
			(size) => ({
				data: Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, 1])),
			}),
		],
		[
			'nested results',
			(size) => ({ result: Array(size / 10).fill({ images: Array(10).fill({ info: entry }) }) }),
		],
	];
	const readers: Array<[name: string, reader: (response: unknown) => unknown]> = [
		['readTask', read],
		['errorIn', (response) => errorIn(200, response)],
		['shorten', shorten],
		['describesTask', describesTask],
		['isAboutAnotherTask', (response) => isAboutAnotherTask(response, ID)],
		['taskIdsOf', (response) => taskIdsOf(response, {})],
	];
	const all = readers.flatMap(([reader, by]) =>
		shapes.map(([shape, of]) => [reader, shape, by, of] as const),
	);

	test.each(all)('%s, %s', (_reader, _shape, by, of) => {
		const small = work(of(5_000), by);
		expect(work(of(20_000), by)).toBeLessThanOrEqual(4 * small + 1_000);
	});

	// Quadratic work on a megabyte would take hours: jest would time out on any machine.
	const MB = 1_000_000;
	const texts: Array<[name: string, text: string]> = [
		['spaces', ' '.repeat(MB)],
		['spaces and a letter', `${' '.repeat(MB)}x`],
		['starts of a web page', '<html'.repeat(MB / 5)],
		['unclosed titles', `<html>${'<title '.repeat(MB / 7)}`],
		['a URL', `https://result.example/${'a'.repeat(MB)}`],
		['starts of URLs', 'https://'.repeat(MB / 8)],
		['starts of JSON', '[{"url":'.repeat(MB / 8)],
		['quotes', '"\\'.repeat(MB / 2)],
		['dots', `${'.'.repeat(MB)}x`],
		['digits', '4'.repeat(MB)],
	];
	test.each(texts)('a megabyte of %s', (_name, text) => {
		expect(textOf(text).length).toBeLessThanOrEqual(330);
		for (const key of [...RESULT_KEYS, ...STATUS_KEYS, 'error', 'message', 'task_id', 'code']) {
			read({ data: { [key]: text } });
			inspect({ [key]: text });
		}
		redacted({ text }, (part) => part.replaceAll('aio_key', ''));
		taskIdsOf(text, { task_id: text });
		hasValidToken({ flux2_token: text }, 'token');
		taskPath(text);
	});
});

describe('for any callback', () => {
	const anything = fc.oneof(
		anyJson,
		anyJson.map((body) => JSON.stringify(body)),
		fc.string(),
	);

	test('at most 20 task IDs are read, without duplicates, each of a usable length', () => {
		fc.assert(
			fc.property(anything, anyJson, (body, query) => {
				const ids = taskIdsOf(body, query);
				expect(ids.length).toBeLessThanOrEqual(20);
				expect(new Set(ids).size).toBe(ids.length);
				for (const id of ids) {
					expect(id.trim()).toBe(id);
					expect(id).not.toBe('');
					expect(id.length).toBeLessThanOrEqual(200);
				}
			}),
			RUNS,
		);
	});

	test('nothing but the token itself is valid', () => {
		const token = callbackToken('aio_key');
		fc.assert(
			fc.property(anything, anyJson, (given, query) => {
				expect(hasValidToken(query, token)).toBe(false);
				expect(hasValidToken({ flux2_token: given }, token)).toBe(false);
				expect(hasValidToken({ flux2_token: [token] }, token)).toBe(false);
			}),
			RUNS,
		);
		expect(hasValidToken({ flux2_token: token }, token)).toBe(true);
	});

	test('the token is valid after being added to any URL, and is not the key', () => {
		fc.assert(
			fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, key) => {
				const token = callbackToken(key);
				const { searchParams } = new URL(withToken(url, token));
				expect(hasValidToken(Object.fromEntries(searchParams), token)).toBe(true);
				expect(token).toMatch(/^[0-9a-f]{40}$/);
			}),
			{ numRuns: 50 },
		);
	});
});

describe('for any input of a user', () => {
	const values = fc.oneof(
		anyJson,
		fc.string({ unit: 'grapheme', maxLength: 6000 }),
		fc.constantFrom(...MODES, ...RESOLUTIONS, '16:9', 'auto', 'https://a.example/b.png', undefined),
	);
	/** Mostly valid values, so that invalid ones are combined with valid ones. */
	const mostly = (...valid: unknown[]) =>
		fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...valid) }, { weight: 1, arbitrary: values });
	const inputs: fc.Arbitrary<RequestInput> = fc.record({
		prompt: fc.oneof(values, fc.constant('A red fox')),
		mode: mostly(...MODES),
		resolution: mostly(...RESOLUTIONS),
		aspectRatio: mostly('1:1', '16:9'),
		references: fc.array(fc.record({ url: mostly('https://a.example/b.png') }), { maxLength: 9 }),
		callbackUrl: mostly('', 'https://n8n.example/webhook/flux2'),
	});

	/** The request, or the failure shown to the user. */
	const validate = (input: RequestInput) => {
		try {
			return validateInput(input);
		} catch (error) {
			if (error instanceof Flux2Failure && error.failure.kind === 'invalid-input')
				return error.failure;
			throw error;
		}
	};

	test('it becomes a valid request body, or is rejected with a short message', () => {
		let valid = 0;
		fc.assert(
			fc.property(inputs, (input) => {
				const request = validate(input);
				if ('problem' in request) {
					expect(request.problem.length).toBeLessThanOrEqual(200);
					expect(request.advice).not.toBe('');
					return;
				}
				valid += 1;
				const links = request.references.map((reference) =>
					'url' in reference ? reference.url : '',
				);
				const body = toRequestBody(request, links, request.callbackUrl);
				expect(body.model).toBe('flux-2');
				expect([...body.prompt].length).toBeGreaterThanOrEqual(3);
				expect([...body.prompt].length).toBeLessThanOrEqual(5_000);
				expect(MODES).toContain(body.type);
				expect(RESOLUTIONS).toContain(body.resolution);
				expect(body.aspect_ratio).toMatch(/^(auto|\d{1,4}:\d{1,4})$/);
				for (const url of body.input_urls ?? []) expect(url).toMatch(/^https?:/i);
				expect(fingerprint(request)).toBe(fingerprint(validateInput(structuredClone(input))));
			}),
			RUNS,
		);
		expect(valid).toBeGreaterThan(20);
	});

	const good = { prompt: 'A red fox', mode: 'pro', resolution: '1K', aspectRatio: '1:1' };
	test.each(['prompt', 'mode', 'resolution', 'aspectRatio', 'callbackUrl', 'url'])(
		'nonsense 100,000 levels deep, or 1 MB long, as %s',
		(field) => {
			for (const nonsense of [deepList(), deepFields('a'), 'x'.repeat(1_000_000)]) {
				const input: RequestInput = { ...good, references: [], [field]: nonsense };
				const request = validate(
					field === 'url' ? { ...good, references: [{ url: nonsense }] } : input,
				);
				if ('problem' in request) expect(request.problem.length).toBeLessThanOrEqual(200);
				else expect(field).toBe('callbackUrl');
			}
		},
	);
});

test('the list of echo keys is complete', () => {
	expect(ECHO_KEYS).toEqual(['request', 'request_body', 'param', 'input', 'input_urls']);
});
