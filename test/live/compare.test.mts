import { fieldsOf, shapeOf } from '../../live/fields.mts';
import type { Recording } from '../../live/recording.mts';
import { compare } from '../../live/report.mts';

const recordingOf = (body: unknown, status = 200): Recording => ({
	format: 2,
	service: 'https://apiin.example',
	madeAt: '2026-11-22T17:00:00.000Z',
	messages: [{ step: 'poll', afterMs: 1, status, headers: {}, body }],
});

/** How the poll of one recording differs from that of another. */
const between = (here: unknown, sandbox: unknown, status?: number) =>
	compare(recordingOf(here, status), recordingOf(sandbox));

describe('The fields of an answer', () => {
	test('are found in lists, in objects, and in JSON that is written as a text', () => {
		const body = {
			data: { list: [{ url: 'a' }, { url: null }], text: '{"urls":["b"]}', none: [] },
		};
		expect(shapeOf(body)).toEqual([
			'data.list[].url (string)',
			'data.list[].url (null)',
			'data.text(JSON).urls[] (string)',
			'data.none (empty array)',
		]);
	});

	test('of a page are one text', () => {
		expect(fieldsOf('<html>')).toEqual([{ path: '', key: '', value: '<html>' }]);
		expect(shapeOf('<html>')).toEqual(['all (string)']);
	});

	test('are not searched without end', () => {
		const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
		expect(fieldsOf(deep)).toEqual([expect.objectContaining({ path: '[]'.repeat(12) })]);
	});
});

describe('A comparison with the sandbox', () => {
	test('finds nothing where only ids, addresses and texts differ', () => {
		expect(
			between({ id: 'a', url: 'https://a.example' }, { id: 'b', url: 'https://b.example' }),
		).toEqual(['poll: the same']);
	});

	test('names fields of one side, and fields of another type', () => {
		expect(between({ taskId: 'a', credits: '5' }, { task_id: 'a', credits: 5 })).toEqual([
			'poll',
			'  only here: taskId (string), credits (string)',
			'  only in the sandbox: task_id (string), credits (number)',
		]);
	});

	test('names another status word, number, or HTTP status', () => {
		expect(
			between({ status: 'completed', successFlag: 1 }, { status: 'SUCCESS', successFlag: 3 }, 202),
		).toEqual([
			'poll',
			'  only here: HTTP 202, status = "completed", successFlag = 1',
			'  only in the sandbox: HTTP 200, status = "SUCCESS", successFlag = 3',
		]);
	});

	test('leaves out what only one of them has', () => {
		expect(compare({ ...recordingOf({}), messages: [] }, recordingOf({}))).toEqual([]);
	});
});
