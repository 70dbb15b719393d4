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

/** What the reader makes of an answer; anything thrown but its own failures is a defect. */
function read(answer: unknown): Task | Flux2Failure {
	try {
		return readTask(answer, ID);
	} catch (error) {
		if (error instanceof Flux2Failure) return error;
		throw error;
	}
}

/** Everything that looks at an answer before or beside the reader. */
function glance(answer: unknown): void {
	errorIn(200, answer);
	errorIn(502, answer);
	payloadOf(answer);
	idOf(payloadOf(answer));
	failureText(payloadOf(answer));
	describesTask(answer);
	isAboutAnotherTask(answer, ID);
	shorten(answer);
	redacted(structuredClone(answer), (text) => text);
}

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

	test('no URL is taken from an echo of what was sent', () => {
		let urls = 0;
		fc.assert(
			fc.property(anyJson, (answer) => {
				const found = urlsOf(read(answer));
				urls += found.length;
				expect(found.filter((url) => url.startsWith(ECHO_HOST))).toEqual([]);
			}),
			RUNS,
		);
		// Else nothing was shown by it.
		expect(urls).toBeGreaterThan(10);
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
				const id = idOf(payloadOf(answer));
				if (id === undefined) expect(isAboutAnotherTask(answer, ID)).toBe(false);
				else expect(isAboutAnotherTask(answer, id)).toBe(false);
				expect(isAboutAnotherTask({ data: { task_id: 'other', response: answer } }, ID)).toBe(true);
			}),
			RUNS,
		);
	});
});

describe('an answer nested 100 000 deep', () => {
	const shapes: Array<[name: string, shape: () => unknown]> = [
		['lists', deepList],
		...['data', 'error', 'response', 'resultJson', 'request', 'message', 'other'].map(
			(key): [string, () => unknown] => [key, () => deepFields(key)],
		),
	];

	test.each(shapes)('%s', (_name, shape) => {
		const deep = shape();
		for (const answer of [
			deep,
			{ data: deep },
			{ error: deep },
			{ data: { task_id: deep, status: 'SUCCESS', response: deep } },
			{ task_id: 'other', id: deep, taskId: deep, status: deep },
			{ status: 'failed', error: deep, message: deep, response: [deep, { fail_message: deep }] },
		]) {
			expect(read(answer)).toBeDefined();
			errorIn(200, answer);
			errorIn(500, answer);
			describesTask(answer);
			isAboutAnotherTask(answer, ID);
			expect(shorten(answer).length).toBeLessThanOrEqual(330);
			expect(redacted(answer, (text) => text)).toBe(answer);
			expect(taskIdsOf(answer, answer).length).toBeLessThanOrEqual(20);
			expect(hasValidToken(answer, 'token')).toBe(false);
		}
	});
});

describe('the work grows with the answer, and not faster', () => {
	/** Counts every look at any part of a value. */
	function counted(value: unknown): { value: unknown; looks: () => number } {
		let looks = 0;
		const wrap = (inner: unknown): unknown =>
			typeof inner !== 'object' || inner === null
				? inner
				: new Proxy(inner, {
						get: (target, key, receiver) => {
							looks += 1;
							return wrap(Reflect.get(target, key, receiver));
						},
						ownKeys: (target) => {
							const own = Reflect.ownKeys(target);
							looks += own.length;
							return own;
						},
						getOwnPropertyDescriptor: (target, key) => {
							looks += 1;
							return Reflect.getOwnPropertyDescriptor(target, key);
						},
					});
		return { value: wrap(value), looks: () => looks };
	}

	const work = (answer: unknown, by: (answer: unknown) => unknown): number => {
		const { value, looks } = counted(answer);
		by(value);
		return looks();
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
			'results in results',
			(size) => ({ result: Array(size / 10).fill({ images: Array(10).fill({ info: entry }) }) }),
		],
	];
	const readers: Array<[name: string, reader: (answer: unknown) => unknown]> = [
		['readTask', read],
		['errorOf', (answer) => errorIn(200, answer)],
		['shorten', shorten],
		['namesTask', describesTask],
		['isAboutAnother', (answer) => isAboutAnotherTask(answer, ID)],
		['taskIdsOf', (answer) => taskIdsOf(answer, {})],
	];
	const all = readers.flatMap(([reader, by]) =>
		shapes.map(([shape, of]) => [reader, shape, by, of] as const),
	);

	test.each(all)('%s, %s', (_reader, _shape, by, of) => {
		const small = work(of(5_000), by);
		expect(work(of(20_000), by)).toBeLessThanOrEqual(4 * small + 1_000);
	});

	// Quadratic work on a megabyte would take hours: whatever the machine, jest would give it up.
	const MB = 1_000_000;
	const texts: Array<[name: string, text: string]> = [
		['spaces', ' '.repeat(MB)],
		['spaces and a letter', `${' '.repeat(MB)}x`],
		['beginnings of a page', '<html'.repeat(MB / 5)],
		['titles that never end', `<html>${'<title '.repeat(MB / 7)}`],
		['a URL', `https://result.example/${'a'.repeat(MB)}`],
		['beginnings of URLs', 'https://'.repeat(MB / 8)],
		['beginnings of JSON', '[{"url":'.repeat(MB / 8)],
		['quotes', '"\\'.repeat(MB / 2)],
		['dots', `${'.'.repeat(MB)}x`],
		['digits', '4'.repeat(MB)],
	];
	test.each(texts)('a megabyte of %s', (_name, text) => {
		expect(textOf(text).length).toBeLessThanOrEqual(330);
		for (const key of [...RESULT_KEYS, ...STATUS_KEYS, 'error', 'message', 'task_id', 'code']) {
			read({ data: { [key]: text } });
			glance({ [key]: text });
		}
		redacted({ text }, (one) => one.replaceAll('aio_key', ''));
		taskIdsOf(text, { task_id: text });
		hasValidToken({ flux2_token: text }, 'token');
		taskPath(text);
	});
});

describe('whatever rings', () => {
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
