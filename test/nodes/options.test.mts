import { createFixture, type Fixture } from './fixture.mts';

describe('options and fields by expression', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const run = async (values: unknown[], parameters: object, options = {}) => {
		const { length } = fixture.sandbox.requests;
		const items = values.map((value) => ({ prompt: 'A fox', value }));
		const result = await fixture.generate(items, { parameters: parameters as never, ...options });
		return { result, requests: fixture.sandbox.requests.length - length };
	};

	const byItem = '={{ $json.value }}';
	const runWide: Array<[label: string, parameters: object, one: unknown, other: unknown]> = [
		['Wait For', { waitFor: byItem }, 'image', 'nothing'],
		['Max Credits', { options: { maxCredits: byItem } }, 50, 500],
		['Max Concurrent Images', { options: { maxParallel: byItem } }, 1, 50],
	];

	test.each(runWide)(
		'"%s" must be the same for all items, else nothing is sent',
		async (label, parameters, one, other) => {
			const { result, requests } = await run([one, one, other], parameters);
			expect(result.error?.message).toBe(
				`"${label}" is "${String(one)}" for one item and "${String(other)}" for another`,
			);
			expect(result.error?.description).toMatch(/Nothing was charged.*same value for all/);
			expect(requests).toBe(0);
		},
	);

	test.each(runWide)('"%s" may be an expression that is the same for all items', async (...row) => {
		const [, parameters, one] = row;
		const { result } = await run([one, one], parameters);
		expect(result.items.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
	});

	test.each<[label: string, parameters: object, message: string]>([
		['Wait For', { waitFor: '={{ "forever" }}' }, '"Wait For" cannot be "forever"'],
		['an empty Wait For', { waitFor: '={{ "" }}' }, '"Wait For" cannot be ""'],
		[
			'Max Credits',
			{ options: { maxCredits: -1 } },
			'"Max Credits" must be a number from 0 to 1000000000',
		],
		[
			'Max Concurrent Images',
			{ options: { maxParallel: 201 } },
			'"Max Concurrent Images" must be a number from 1 to 200',
		],
		[
			'Timeout',
			{ options: { timeoutSeconds: 604_801 } },
			'"Timeout" must be a number from 1 to 604800',
		],
		[
			'a Timeout of 0',
			{ options: { timeoutSeconds: 0 } },
			'"Timeout" must be a number from 1 to 604800',
		],
		['Mode', { mode: '={{ "ultra" }}' }, 'The mode "ultra" does not exist'],
		['Operation', { operation: 'upscale' }, 'There is no operation "upscale"'],
		[
			'the output field',
			{ outputField: '__proto__' },
			'The output field cannot be called "__proto__"',
		],
	])('%s with a value that does not exist is refused, and nothing is sent', async (...row) => {
		const [, parameters, message] = row;
		const { result, requests } = await run(['x'], parameters);
		expect(result.error?.message).toBe(message);
		expect(requests).toBe(0);
	});

	test.each<[what: string, parameters: object]>([
		['an operation that does not exist', { operation: 'upscale' }],
		['Max Credits that differ', { options: { maxCredits: byItem } }],
		['a Wait For that does not exist', { waitFor: '={{ "forever" }}' }],
	])('%s fails every item where the node continues', async (_what, parameters) => {
		const { result, requests } = await run([50, 500], parameters, {
			onError: 'continueRegularOutput',
		});
		expect(
			result.items.map(({ json, pairedItem }) => [json.errorCode, json.charged, pairedItem]),
		).toEqual([0, 1].map((item) => ['invalid-input', 'no', { item }]));
		expect(requests).toBe(0);
	});

	test('an expression that cannot be resolved is the failure of its item alone', async () => {
		const { result } = await run(
			['A fox', 'An owl'],
			{
				prompt: '={{ $json.value === "A fox" ? $json.value : $("Nobody").item.json.prompt }}',
			},
			{ onError: 'continueRegularOutput' },
		);
		expect(result.items.map(({ json }) => [json.status, json.errorCode])).toEqual([
			['succeeded', undefined],
			['failed', 'invalid-input'],
		]);
		expect(result.items[1]?.json.error).toMatch(/This item cannot be read/);
	});
});
