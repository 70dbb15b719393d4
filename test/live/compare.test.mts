import { compare } from '../../live/compare.mts';
import { fieldsOf } from '../../live/fields.mts';
import type { Answer, Recording } from '../../live/recording.mts';

const answer = (body: unknown, status = 200): Answer => ({
	status,
	headers: {},
	otherHeaders: [],
	body,
});

const recordingOf = (final: unknown, status?: number): Recording => ({
	format: 1,
	service: 'https://apiin.example',
	madeAt: '2026-11-22T17:00:00.000Z',
	asked: {
		model: 'flux-2',
		prompt: 'A red fox',
		type: 'pro',
		resolution: '1K',
		aspect_ratio: '1:1',
	},
	taskId: 'a',
	wrongKey: answer({ code: 401 }, 401),
	unknownTask: answer({ code: 404 }, 404),
	create: answer({ task_id: 'a' }),
	looks: [{ afterMs: 1, ...answer(final, status) }],
	image: {
		url: 'https://cdn.example/a.png',
		status: 200,
		headers: {},
		otherHeaders: [],
		bytes: 1,
	},
});

/** How the last look of one recording differs from that of another. */
const between = (here: unknown, sandbox: unknown, status?: number) =>
	compare(recordingOf(here, status), recordingOf(sandbox)).find(({ of }) => /image/.test(of));

describe('The fields of an answer', () => {
	test('are found in lists, in objects, and in JSON that is written as a text', () => {
		const body = {
			data: { list: [{ url: 'a' }, { url: null }], text: '{"urls":["b"]}', none: [] },
		};
		expect(fieldsOf(body).map(({ path, type }) => [path, type])).toEqual([
			['data.list[].url', 'text'],
			['data.list[].url', 'null'],
			['data.text(JSON).urls[]', 'text'],
			['data.none', 'empty list'],
		]);
	});

	test('of a page are one text', () => {
		expect(fieldsOf('<html>')).toEqual([{ path: '', type: 'text', value: '<html>' }]);
	});

	test('are not searched without end', () => {
		const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
		expect(fieldsOf(deep)).toEqual([expect.objectContaining({ type: 'deeper than can be read' })]);
	});
});

describe('A comparison with the sandbox', () => {
	test('finds nothing where only ids, addresses and texts differ', () => {
		expect(
			between({ id: 'a', url: 'https://a.example' }, { id: 'b', url: 'https://b.example' }),
		).toEqual({ of: 'the look that shows the image', onlyHere: [], onlySandbox: [], differs: [] });
	});

	test('names fields of one side, and fields of another type', () => {
		expect(between({ taskId: 'a', credits: '5' }, { task_id: 'a', credits: 5 })).toMatchObject({
			onlyHere: ['taskId (text)'],
			onlySandbox: ['task_id (text)'],
			differs: ['credits: text, in the sandbox number'],
		});
	});

	test('names another status word, number, or HTTP status', () => {
		expect(
			between({ status: 'completed', successFlag: 1 }, { status: 'SUCCESS', successFlag: 3 }, 202),
		).toMatchObject({
			differs: [
				'HTTP status 202, in the sandbox 200',
				'status: "completed", in the sandbox "SUCCESS"',
				'successFlag: 1, in the sandbox 3',
			],
		});
	});
});
