import fc from 'fast-check';
import {
	hasTokenOf,
	hashOfToken,
	taskIdsOf,
	callbackToken,
	withToken,
} from '../../nodes/Flux2/api/callback';
import { MODES, RESOLUTIONS, RESULT_KEYS, speaksOfRequest } from '../../nodes/Flux2/api/contract';
import { shorten } from '../../nodes/Flux2/api/excerpt';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { readCreated } from '../../nodes/Flux2/api/readTask';
import { fingerprint, toRequestBody } from '../../nodes/Flux2/api/request';
import { isAboutAnotherTask, payloadOf, rootOf } from '../../nodes/Flux2/api/response';
import { atTimeout, type Task } from '../../nodes/Flux2/api/task';
import { idOf } from '../../nodes/Flux2/api/taskIds';
import { validateInput, type RequestInput } from '../../nodes/Flux2/api/validateInput';
import {
	anyDone,
	anyJson,
	deepFields,
	deepList,
	ECHO_HOST,
	ECHO_KEYS,
	REQUEST_LIKE_KEYS,
	RESULT_HOST,
	SENT,
	UNKNOWN_KEYS,
} from './anyJson.mts';
import { glance, ID, read } from './reading.mts';

const RUNS = { numRuns: 1_000 };

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

	const anything = fc.oneof(anyJson, anyDone);

	test('no URL is taken from the repeated input: none below an echo key, and none that was sent', () => {
		let urls = 0;
		let unknown = 0;
		fc.assert(
			fc.property(anything, (response) => {
				const task = read(response);
				const found = urlsOf(task);
				urls += found.length;
				unknown += 'unknownKeys' in task ? 1 : 0;
				expect(found.filter((url) => !url.startsWith(RESULT_HOST))).toEqual([]);
			}),
			{ numRuns: 3_000 },
		);
		// Otherwise the test would prove nothing.
		expect(urls).toBeGreaterThan(100);
		expect(unknown).toBeGreaterThan(10);
	});

	test('no URL is taken from below an echo key where nobody knows what was sent, as for the task of another node', () => {
		fc.assert(
			fc.property(anything, (response) => {
				const found = [read(response, []), readCreated(response)].flatMap((task) =>
					task === undefined ? [] : urlsOf(task),
				);
				expect(found.filter((url) => url.startsWith(ECHO_HOST))).toEqual([]);
			}),
			RUNS,
		);
	});

	test('a created task has an ID, or images that the service has generated', () => {
		fc.assert(
			fc.property(anything, (response) => {
				const task = readCreated(response, SENT);
				if (task === undefined) return;
				if (task.id === '') expect(task.state).toBe('succeeded');
				expect(urlsOf(task).filter((url) => !url.startsWith(RESULT_HOST))).toEqual([]);
				if (task.state === 'succeeded') expect(task.imageUrls.length).toBeGreaterThan(0);
			}),
			RUNS,
		);
	});

	test('each image under unknown keys comes with its key', () => {
		fc.assert(
			fc.property(anything, (response) => {
				const task = read(response);
				if (!('unknownKeys' in task)) return;
				expect(task.unknownKeys).toHaveLength(task.imageUrls.length);
				for (const key of task.unknownKeys ?? []) {
					expect(key).not.toBe('');
					expect(speaksOfRequest(key.split('.').at(-1) ?? '')).toBe(false);
				}
			}),
			RUNS,
		);
	});

	test('the other functions throw nothing, and excerpts for the user are short', () => {
		fc.assert(
			fc.property(anyJson, (response) => {
				glance(response);
				expect(shorten(response).length).toBeLessThanOrEqual(330);
				expect(shorten(response)).not.toBe('');
			}),
			RUNS,
		);
	});

	test('a response that names other tasks, and not this one, is never taken for this one', () => {
		fc.assert(
			fc.property(anyJson, (response) => {
				const id = idOf(payloadOf(response)) ?? idOf(rootOf(response));
				if (id === undefined) expect(isAboutAnotherTask(response, ID)).toBe(false);
				else expect(isAboutAnotherTask(response, id)).toBe(false);
				expect(isAboutAnotherTask({ data: { task_id: 'other', response } }, ID)).toBe(true);
			}),
			RUNS,
		);
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
				expect(hasTokenOf(query, hashOfToken(token))).toBe(false);
				expect(hasTokenOf({ flux2_token: given }, hashOfToken(token))).toBe(false);
				expect(hasTokenOf({ flux2_token: [token] }, hashOfToken(token))).toBe(false);
			}),
			RUNS,
		);
		expect(hasTokenOf({ flux2_token: token }, hashOfToken(token))).toBe(true);
	});

	test('the token is valid after being added to any URL, and is not the key', () => {
		fc.assert(
			fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, key) => {
				const token = callbackToken(key);
				const { searchParams } = new URL(withToken(url, token));
				expect(hasTokenOf(Object.fromEntries(searchParams), hashOfToken(token))).toBe(true);
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

test.each([...ECHO_KEYS, ...REQUEST_LIKE_KEYS])('%s speaks of the request', (key) => {
	expect(speaksOfRequest(key)).toBe(true);
});

test.each([...RESULT_KEYS, ...UNKNOWN_KEYS, 'request_id', 'requestId', 'hd_definition', 'href'])(
	'%s does not speak of the request',
	(key) => {
		expect(speaksOfRequest(key)).toBe(false);
	},
);
