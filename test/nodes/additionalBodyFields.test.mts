import { BODY_KEYS } from '../../nodes/Flux2/api/contract';
import type { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { fingerprint } from '../../nodes/Flux2/api/request';
import { validateInput, type RequestInput } from '../../nodes/Flux2/api/validateInput';
import { deepList } from '../api/anyJson.mts';
import { createFixture, type Fixture } from './fixture.mts';

const REQUEST: RequestInput = {
	prompt: 'A fox',
	mode: 'pro',
	resolution: '1K',
	aspectRatio: '1:1',
	references: [],
};

describe('Additional Body Fields', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const generate = async (additionalBodyFields: unknown, options = {}) =>
		await fixture.generate([{ prompt: 'A fox', seed: 42 }], {
			parameters: { options: { additionalBodyFields } } as never,
			...options,
		});

	test.each<[name: string, value: unknown]>([
		['JSON text', '{ "seed": 42, "style": { "name": "ink" } }'],
		['JSON text by expression', '={ "seed": {{ $json.seed }}, "style": { "name": "ink" } }'],
		['an object by expression', '={{ ({ seed: $json.seed, style: { name: "ink" } }) }}'],
	])('%s is added to the request, which stays the same otherwise', async (_name, value) => {
		const result = await generate(value);
		const task = fixture.sandbox.tasks.get(String(result.items[0]?.json.taskId));
		expect(task?.body).toEqual({
			model: 'flux-2',
			prompt: 'A fox',
			type: 'pro',
			resolution: '1K',
			aspect_ratio: '1:1',
			seed: 42,
			style: { name: 'ink' },
		});
		expect(result.hints).toMatchObject([
			{
				message: '1 image, estimated cost 5 credits (may differ with Additional Body Fields)',
			},
		]);
	});

	test.each(['', '{}', '={{ undefined }}', '={{ null }}', '={{ ({}) }}'])(
		'%j adds nothing, and the estimated cost is as sure as ever',
		async (value) => {
			const result = await generate(value);
			const task = fixture.sandbox.tasks.get(String(result.items[0]?.json.taskId));
			expect(Object.keys(task?.body ?? {})).toHaveLength(5);
			expect(result.hints).toMatchObject([{ message: '1 image, estimated cost 5 credits' }]);
		},
	);

	test.each(BODY_KEYS)('cannot set %s, which the node sets itself', async (key) => {
		const { length } = fixture.sandbox.requests;
		const result = await generate(JSON.stringify({ seed: 1, [key]: 'x' }));
		expect(result.error?.message).toBe(`"Additional Body Fields" cannot set "${key}"`);
		expect(fixture.sandbox.requests).toHaveLength(length);
	});

	test.each<[name: string, value: unknown]>([
		['broken JSON', '{ "seed": 42'],
		['JSON with single quotes', "{ 'seed': 42 }"],
		['a list', '[1, 2]'],
		['a number', '42'],
		['text', '"seed"'],
		['null as JSON', 'null'],
		['a list by expression', '={{ [1] }}'],
		['a number by expression', '={{ 42 }}'],
	])('must be a JSON object, not %s', async (_name, value) => {
		const { length } = fixture.sandbox.requests;
		const result = await generate(value);
		expect(result.error?.message).toMatch(/^"Additional Body Fields" is not a JSON object: /);
		expect(result.error?.description).toMatch(/Nothing was charged/);
		expect(fixture.sandbox.requests).toHaveLength(length);
	});

	test('a bad value of one item does not affect the others, with "Continue"', async () => {
		const result = await fixture.generate(
			[
				{ prompt: 'A fox', extra: '{ "seed": 1 }' },
				{ prompt: 'An owl', extra: '[]' },
			],
			{
				parameters: { options: { additionalBodyFields: '={{ $json.extra }}' } },
				onError: 'continueRegularOutput',
			},
		);
		expect(result.items.map(({ json }) => [json.status, json.errorCode])).toEqual([
			['succeeded', undefined],
			['failed', 'invalid-input'],
		]);
	});

	describe('are part of what a retry compares', () => {
		const printOf = (additionalBodyFields?: unknown) =>
			fingerprint(validateInput({ ...REQUEST, additionalBodyFields }));

		test('another value is another image', () => {
			const prints = [undefined, '{ "seed": 1 }', '{ "seed": 2 }', '{ "speed": 1 }'].map(printOf);
			expect(new Set(prints).size).toBe(4);
		});

		test('the same value is the same image, and none is an empty object', () => {
			expect(printOf({ seed: 1 })).toBe(printOf('{ "seed": 1 }'));
			expect(printOf('{}')).toBe(printOf());
		});

		test('Retry On Fail continues with the task', async () => {
			const { creates } = fixture.sandbox.billing;
			const result = await fixture.generate(['A retried fox [poll: 401 once]'], {
				parameters: { options: { additionalBodyFields: '{ "seed": 1 }' } },
				retryOnFail: true,
			});
			expect(result.items[0]?.json.status).toBe('succeeded');
			expect(fixture.sandbox.billing.creates - creates).toBe(1);
		});
	});

	test('nonsense 100,000 levels deep is refused with a short message', () => {
		const failure = (() => {
			try {
				return validateInput({ ...REQUEST, additionalBodyFields: deepList() });
			} catch (error) {
				return (error as Flux2Failure).failure;
			}
		})();
		expect(failure).toMatchObject({ kind: 'invalid-input' });
		expect('problem' in failure && failure.problem.length).toBeLessThanOrEqual(200);
	});
});
