import { parseJson } from '../../nodes/Flux2/api/json';
import { idOf, idsOf, isTaskId } from '../../nodes/Flux2/api/taskIds';

describe('what can be asked for as a task', () => {
	test.each(['n41xxxx_flux2', 'a/b?c', 'ü', '图', '…', '0', 'a b', ' n41xxxx_flux2 '])(
		'%j',
		(id) => {
			expect(isTaskId(id)).toBe(true);
		},
	);

	test.each([
		['nothing', ''],
		['a space', ' '],
		['a dot, which leads to another path', '.'],
		['two dots', ' .. '],
		['half a character', 'a\ud800'],
		['a novel', 'x'.repeat(201)],
	])('not %s', (_name, id) => {
		expect(isTaskId(id)).toBe(false);
	});
});

describe('the id of an answer', () => {
	test.each<[object, string[]]>([
		[{ workId: 'd', id: 'c', taskId: 'b', task_id: 'a' }, ['a', 'b', 'c', 'd']],
		[{ id: 7, workId: 'd' }, ['d', '7']],
		[{ id: 7 }, ['7']],
		[{ task_id: 7, id: 'c' }, ['7', 'c']],
		[{ task_id: ' a ', taskId: '', id: null, workId: {} }, ['a']],
		[{ task_id: 2 ** 60, id: 1.5 }, []],
		[{ task_id: '..', id: 'c' }, ['c']],
	])('%j', (fields, ids) => {
		expect(idsOf(fields as Record<string, unknown>)).toEqual(ids);
		expect(idOf(fields as Record<string, unknown>)).toBe(ids[0]);
	});
});

describe('JSON in a text', () => {
	test.each<[string, unknown]>([
		['{"a":[1,"b"]}', { a: [1, 'b'] }],
		[' [1] ', [1]],
		['{"id":12345678901234567890}', { id: '12345678901234567890' }],
		[
			'{"a":{"task_id" : 12345678901234567890 ,"b":1}}',
			{ a: { task_id: '12345678901234567890', b: 1 } },
		],
		['{"seed":12345678901234567890}', { seed: Number('12345678901234567890') }],
		['{"a":"\\"id\\":12345678901234567890,"}', { a: '"id":12345678901234567890,' }],
		['{"id":1234567890123456.5}', { id: 1234567890123456.5 }],
		['{"a":', '{"a":'],
		['[not JSON]', '[not JSON]'],
		['hello', 'hello'],
		['12', '12'],
		['null', 'null'],
		['', ''],
	])('%s', (text, expected) => {
		expect(parseJson(text)).toEqual(expected);
	});
});
