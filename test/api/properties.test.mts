import fc from 'fast-check';
import { hasValidToken, taskIdsOf, callbackToken, withToken } from '../../nodes/Flux2/api/callback';
import { MODES, RESOLUTIONS, RESULT_KEYS, speaksOfRequest } from '../../nodes/Flux2/api/contract';
import { shorten } from '../../nodes/Flux2/api/excerpt';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { readCreated } from '../../nodes/Flux2/api/readTask';
import {
	fingerprint,
	validateInput,
	toRequestBody,
	type RequestInput,
} from '../../nodes/Flux2/api/request';
import { isAboutAnotherTask, payloadOf, rootOf } from '../../nodes/Flux2/api/response';
import { atTimeout, type Task } from '../../nodes/Flux2/api/task';
import { idOf } from '../../nodes/Flux2/api/taskIds';
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

const urlsOf = (seen: Task | Flux2Failure): string[] => ('imageUrls' in seen ? seen.imageUrls : []);

describe('whatever a service answers', () => {
	test('the reader throws nothing but its own failures, and never shows a success without a URL', () => {
		fc.assert(
			fc.property(anyJson, (answer) => {
				const seen = read(answer);
				if (seen instanceof Flux2Failure) {
					expect(seen.failure.kind).toBe('no-image');
					expect(seen.taskId).toBe(ID);
					return;
				}
				for (const task of [seen, atTimeout(seen)]) {
					expect(task.id).toBe(ID);
					if (task.state === 'succeeded') expect(task.imageUrls.length).toBeGreaterThan(0);
					if (task.state === 'failed') expect(task.reason).not.toBe('');
				}
				for (const url of urlsOf(seen)) expect(url).toMatch(/^https?:\/\//i);
			}),
			RUNS,
		);
	});

	const anything = fc.oneof(anyJson, anyDone);

	test('no image is ever one of the input: none below an echo, none that was sent', () => {
		let urls = 0;
		let unknown = 0;
		fc.assert(
			fc.property(anything, (answer) => {
				const task = read(answer);
				const found = urlsOf(task);
				urls += found.length;
				unknown += 'unknownKeys' in task ? 1 : 0;
				expect(found.filter((url) => !url.startsWith(RESULT_HOST))).toEqual([]);
			}),
			{ numRuns: 3_000 },
		);
		// Else nothing was shown by it.
		expect(urls).toBeGreaterThan(100);
		expect(unknown).toBeGreaterThan(10);
	});

	test('nor where nobody knows what was sent, as for a task of somebody else', () => {
		fc.assert(
			fc.property(anything, (answer) => {
				const found = [read(answer, []), readCreated(answer)].flatMap((task) =>
					task === undefined ? [] : urlsOf(task),
				);
				expect(found.filter((url) => url.startsWith(ECHO_HOST))).toEqual([]);
			}),
			RUNS,
		);
	});

	test('a create has an id, or images that the service has made', () => {
		fc.assert(
			fc.property(anything, (answer) => {
				const task = readCreated(answer, SENT);
				if (task === undefined) return;
				if (task.id === '') expect(task.state).toBe('succeeded');
				expect(urlsOf(task).filter((url) => !url.startsWith(RESULT_HOST))).toEqual([]);
				if (task.state === 'succeeded') expect(task.imageUrls.length).toBeGreaterThan(0);
			}),
			RUNS,
		);
	});

	test('each image of unknown shape has the key under which it stood', () => {
		fc.assert(
			fc.property(anything, (answer) => {
				const task = read(answer);
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

	test('what is looked at beside the reader throws nothing, and is short where a user reads it', () => {
		fc.assert(
			fc.property(anyJson, (answer) => {
				glance(answer);
				expect(shorten(answer).length).toBeLessThanOrEqual(330);
				expect(shorten(answer)).not.toBe('');
			}),
			RUNS,
		);
	});

	test('an answer that names other tasks, and not this one, is never read as this one', () => {
		fc.assert(
			fc.property(anyJson, (answer) => {
				const id = idOf(payloadOf(answer)) ?? idOf(rootOf(answer));
				if (id === undefined) expect(isAboutAnotherTask(answer, ID)).toBe(false);
				else expect(isAboutAnotherTask(answer, id)).toBe(false);
				expect(isAboutAnotherTask({ data: { task_id: 'other', response: answer } }, ID)).toBe(true);
			}),
			RUNS,
		);
	});
});

describe('whatever calls back', () => {
	const anything = fc.oneof(
		anyJson,
		anyJson.map((body) => JSON.stringify(body)),
		fc.string(),
	);

	test('a callback names at most 20 tasks, each once, each of a usable length', () => {
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

	test('nothing but the token itself bears the token', () => {
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

	test('the token is found again in any URL it was put into, and is not the key', () => {
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

describe('whatever a user fills in', () => {
	const values = fc.oneof(
		anyJson,
		fc.string({ unit: 'grapheme', maxLength: 6000 }),
		fc.constantFrom(...MODES, ...RESOLUTIONS, '16:9', 'auto', 'https://a.example/b.png', undefined),
	);
	/** Mostly something usable, so that nonsense stands beside what is right. */
	const mostly = (...usable: unknown[]) =>
		fc.oneof(
			{ weight: 9, arbitrary: fc.constantFrom(...usable) },
			{ weight: 1, arbitrary: values },
		);
	const wishes: fc.Arbitrary<RequestInput> = fc.record({
		prompt: fc.oneof(values, fc.constant('A red fox')),
		mode: mostly(...MODES),
		resolution: mostly(...RESOLUTIONS),
		aspectRatio: mostly('1:1', '16:9'),
		references: fc.array(fc.record({ url: mostly('https://a.example/b.png') }), { maxLength: 9 }),
		callbackUrl: mostly('', 'https://n8n.example/webhook/flux2'),
	});

	/** The order, or what the user is told. */
	const orderOf = (wish: RequestInput) => {
		try {
			return validateInput(wish);
		} catch (error) {
			if (error instanceof Flux2Failure && error.failure.kind === 'invalid-input')
				return error.failure;
			throw error;
		}
	};

	test('it is ordered as the service wants it, or refused in a short sentence', () => {
		let ordered = 0;
		fc.assert(
			fc.property(wishes, (wish) => {
				const order = orderOf(wish);
				if ('problem' in order) {
					expect(order.problem.length).toBeLessThanOrEqual(200);
					expect(order.advice).not.toBe('');
					return;
				}
				ordered += 1;
				const links = order.references.map((reference) =>
					'url' in reference ? reference.url : '',
				);
				const body = toRequestBody(order, links, order.callbackUrl);
				expect(body.model).toBe('flux-2');
				expect([...body.prompt].length).toBeGreaterThanOrEqual(3);
				expect([...body.prompt].length).toBeLessThanOrEqual(5_000);
				expect(MODES).toContain(body.type);
				expect(RESOLUTIONS).toContain(body.resolution);
				expect(body.aspect_ratio).toMatch(/^(auto|\d{1,4}:\d{1,4})$/);
				for (const url of body.input_urls ?? []) expect(url).toMatch(/^https?:/i);
				expect(fingerprint(order)).toBe(fingerprint(validateInput(structuredClone(wish))));
			}),
			RUNS,
		);
		expect(ordered).toBeGreaterThan(20);
	});

	const good = { prompt: 'A red fox', mode: 'pro', resolution: '1K', aspectRatio: '1:1' };
	test.each(['prompt', 'mode', 'resolution', 'aspectRatio', 'callbackUrl', 'url'])(
		'nonsense 100 000 deep, and 1 MB long, as %s',
		(field) => {
			for (const nonsense of [deepList(), deepFields('a'), 'x'.repeat(1_000_000)]) {
				const wish: RequestInput = { ...good, references: [], [field]: nonsense };
				const order = orderOf(
					field === 'url' ? { ...good, references: [{ url: nonsense }] } : wish,
				);
				if ('problem' in order) expect(order.problem.length).toBeLessThanOrEqual(200);
				else expect(field).toBe('callbackUrl');
			}
		},
	);
});

test('every echo that the contract names is known here', () => {
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
