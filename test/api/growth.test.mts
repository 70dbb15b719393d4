import { errorIn } from '../../nodes/Flux2/api/answerError';
import { hasTokenOf, hashOfToken, taskIdsOf } from '../../nodes/Flux2/api/callback';
import { RESULT_KEYS, STATUS_KEYS, taskPath } from '../../nodes/Flux2/api/contract';
import { shorten, textOf } from '../../nodes/Flux2/api/excerpt';
import { failureIn } from '../../nodes/Flux2/api/failedAnswer';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { urlsIn } from '../../nodes/Flux2/api/imageUrls';
import { parseJson } from '../../nodes/Flux2/api/json';
import { describesTask, readCreated } from '../../nodes/Flux2/api/readTask';
import { isAboutAnotherTask } from '../../nodes/Flux2/api/response';
import { redacted } from '../../nodes/Flux2/transport/redact';
import { DEEP, deepFields, deepList, nestedText, RESULT_HOST, SENT } from './anyJson.mts';
import { glance, ID, read } from './reading.mts';

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
			describesTask(answer, 500);
			isAboutAnotherTask(answer, ID);
			expect(shorten(answer).length).toBeLessThanOrEqual(330);
			expect(redacted(answer, (text) => text)).toBe(answer);
			expect(taskIdsOf(answer, answer).length).toBeLessThanOrEqual(20);
			expect(hasTokenOf(answer, hashOfToken('token'))).toBe(false);
		}
	});

	test.each(['response', 'data', 'picture'])('written into a string, under %s', (key) => {
		for (const text of [
			'['.repeat(DEEP) + ']'.repeat(DEEP),
			JSON.stringify(Array(DEEP).fill([])),
		]) {
			const answer = { data: { task_id: ID, status: 'SUCCESS', [key]: text } };
			expect(read(answer)).toBeInstanceOf(Flux2Failure);
			expect(read({ ...answer.data, data: text })).toBeInstanceOf(Flux2Failure);
			expect(taskIdsOf(text, answer)).toContain(ID);
		}
	});
});

describe('the work grows with the answer, and not faster', () => {
	/** Counts every access to any part of a value, and every character of JSON that is parsed. */
	function work(answer: unknown, by: (answer: unknown) => unknown): number {
		let steps = 0;
		const wrap = (inner: unknown): unknown =>
			typeof inner !== 'object' || inner === null
				? inner
				: new Proxy(inner, {
						get: (target, key, receiver) => {
							steps += 1;
							return wrap(Reflect.get(target, key, receiver));
						},
						ownKeys: (target) => {
							const own = Reflect.ownKeys(target);
							steps += own.length;
							return own;
						},
						getOwnPropertyDescriptor: (target, key) => {
							steps += 1;
							return Reflect.getOwnPropertyDescriptor(target, key);
						},
					});
		const parse = JSON.parse;
		const spy = jest.spyOn(JSON, 'parse').mockImplementation((text: string) => {
			steps += text.length;
			return wrap(parse(text));
		});
		try {
			by(wrap(answer));
		} finally {
			spy.mockRestore();
		}
		return steps;
	}

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
			'a list written into a string',
			(size) => ({
				data: { status: 'SUCCESS', response: JSON.stringify(Array(size).fill(entry)) },
			}),
		],
		[
			'lists written into strings',
			(size) => ({
				data: { images: Array(size / 10).fill(JSON.stringify(Array(10).fill(entry))) },
			}),
		],
		[
			'strings in strings under unknown keys',
			(size) => ({
				data: {
					status: 'SUCCESS',
					files: JSON.stringify({ list: JSON.stringify(Array(size).fill({ name: 'x' })) }),
				},
			}),
		],
		[
			'a list of tasks',
			(size) => ({ data: Array.from({ length: size }, (_, at) => ({ task_id: `task${at}` })) }),
		],
		[
			'unknown keys in a list',
			(size) => ({ status: 'SUCCESS', files: Array(size).fill({ input: entry, name: 'x' }) }),
		],
		[
			'results in results',
			(size) => ({ result: Array(size / 10).fill({ images: Array(10).fill({ info: entry }) }) }),
		],
	];
	const readers: Array<[name: string, reader: (answer: unknown) => unknown]> = [
		['readTask', read],
		['errorIn', (answer) => errorIn(200, answer)],
		['shorten', shorten],
		['describesTask', (answer) => describesTask(answer, 500)],
		['isAboutAnother', (answer) => isAboutAnotherTask(answer, ID)],
		['taskIdsOf', (answer) => taskIdsOf(answer, {})],
		['readCreated', (answer) => readCreated(answer, SENT)],
		['failureIn', (answer) => failureIn('poll', 200, answer)],
		['urlsIn', (answer) => urlsIn(answer as object)],
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
			read({ data: { status: 'SUCCESS', picture: text, [text]: key } });
			glance({ [key]: text });
		}
		redacted({ text }, (one) => one.replaceAll('aio_key', ''));
		taskIdsOf(text, { task_id: text });
		hasTokenOf({ flux2_token: text }, hashOfToken('token'));
		taskPath(text);
		parseJson(text);
		parseJson(`{"id":${text}}`);
	});

	test('JSON in a string is read up to a megabyte, and is a text beyond', () => {
		const answerOf = (length: number) => {
			const images = JSON.stringify([`${RESULT_HOST}/a.png`]);
			return { data: { status: 'SUCCESS', response: images.padEnd(length) } };
		};
		expect(read(answerOf(MB))).toMatchObject({ state: 'succeeded' });
		expect(read(answerOf(MB + 1))).toBeInstanceOf(Flux2Failure);
	});

	test.each(['response', 'data', 'picture'])(
		'JSON in strings in JSON, as often as a megabyte holds, under %s',
		(key) => {
			const text = nestedText(key);
			expect(text.length).toBeGreaterThan(500_000);
			const answer = { data: { status: 'SUCCESS', [key]: text } };
			const steps = work(answer, read);
			expect(steps).toBeLessThan(10 * text.length);
		},
	);
});
