import {
	MAX_REFERENCE_IMAGES,
	MODES,
	PRICE_LIST,
	PROMPT_LENGTH,
	priceOf,
	RESOLUTIONS,
	taskPath,
} from '../../nodes/Flux2/api/contract';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { fingerprint, toRequestBody } from '../../nodes/Flux2/api/request';
import { validateInput, type RequestInput } from '../../nodes/Flux2/api/validateInput';

const input = (changes: Partial<RequestInput> = {}): RequestInput => ({
	prompt: 'A red bicycle',
	mode: 'pro',
	resolution: '1K',
	aspectRatio: '1:1',
	references: [],
	...changes,
});

const url = (value: unknown) => ({ url: value });

const problemOf = (changes: Partial<RequestInput>): string => {
	try {
		validateInput(input(changes));
	} catch (error) {
		if (error instanceof Flux2Failure && error.failure.kind === 'invalid-input')
			return error.failure.problem;
		throw error;
	}
	return 'no problem';
};

describe('input that the service would reject is rejected with a clear message', () => {
	test.each<[name: string, changes: Partial<RequestInput>, problem: RegExp]>([
		['no prompt', { prompt: '' }, /prompt is empty/],
		['a prompt of spaces', { prompt: ' \n ' }, /prompt is empty/],
		['an expression without a value', { prompt: undefined }, /not text \(it is empty\)/],
		['a prompt that is an object', { prompt: { a: 1 } }, /not text/],
		['two characters', { prompt: 'ab' }, /too short: 2/],
		['5001 characters', { prompt: 'x'.repeat(5001) }, /too long: 5001/],
		['an unknown mode', { mode: 'max' }, /mode "max"/],
		['an unknown resolution', { resolution: '4K' }, /resolution "4K"/],
		['an aspect ratio with an x', { aspectRatio: '16x9' }, /aspect ratio "16x9"/],
		['an aspect ratio of zero', { aspectRatio: '0:9' }, /aspect ratio "0:9"/],
		['auto without a reference', { aspectRatio: 'auto' }, /needs a reference image/],
		[
			'nine images',
			{ references: Array.from({ length: 9 }, () => url('https://a.b/c')) },
			/Too many reference images: 9/,
		],
		[
			'a reference image that is not a URL',
			{ references: [url('cat.png')] },
			/Reference image 1 is not a web address/,
		],
		['an ftp URL', { references: [url('ftp://a.b/c.png')] }, /not a web address/],
		['a data URL', { references: [url('data:image/png;base64,AAAA')] }, /not a web address/],
		[
			'an empty reference image',
			{ references: [url('https://a.b/c'), url('')] },
			/Reference image 2 has no URL/,
		],
		['a reference image that is null', { references: [url(null)] }, /has no URL/],
		['a callback URL that is not a URL', { callbackUrl: 'localhost' }, /callback URL/],
	])('%s', (_name, changes, problem) => {
		expect(problemOf(changes)).toMatch(problem);
	});

	test('every rejection says what to do', () => {
		try {
			validateInput(input({ prompt: '' }));
		} catch (error) {
			expect((error as Flux2Failure).failure).toMatchObject({
				advice: expect.stringMatching(/\w+/),
			});
		}
		expect.assertions(1);
	});
});

describe('valid input becomes the request body', () => {
	test('the prompt length limits are inclusive, and an emoji is one character', () => {
		expect(validateInput(input({ prompt: '🚲'.repeat(PROMPT_LENGTH.max) })).prompt).toHaveLength(
			10_000,
		);
		expect(problemOf({ prompt: 'x'.repeat(PROMPT_LENGTH.max) })).toBe('no problem');
		expect(problemOf({ prompt: 'cat' })).toBe('no problem');
	});

	test('a URL with a comma stays one URL', () => {
		const request = validateInput(
			input({ references: [url('https://a.b/w_300,h_200/c.png?x=1,2')] }),
		);
		expect(toRequestBody(request, ['https://a.b/w_300,h_200/c.png?x=1,2']).input_urls).toEqual([
			'https://a.b/w_300,h_200/c.png?x=1,2',
		]);
	});

	test('eight reference images are accepted', () => {
		const references = Array.from({ length: MAX_REFERENCE_IMAGES }, () => url('https://a.b/c'));
		expect(validateInput(input({ references })).references).toHaveLength(8);
	});

	test('the aspect ratio may be auto with a reference image, or any w:h', () => {
		expect(
			validateInput(input({ aspectRatio: ' AUTO ', references: [url('https://a.b/c')] }))
				.aspectRatio,
		).toBe('auto');
		expect(validateInput(input({ aspectRatio: '21:9' })).aspectRatio).toBe('21:9');
	});

	test('a request without reference images has no empty fields', () => {
		expect(toRequestBody(validateInput(input({ prompt: '  A red bicycle\n' })), [])).toEqual({
			model: 'flux-2',
			prompt: 'A red bicycle',
			type: 'pro',
			resolution: '1K',
			aspect_ratio: '1:1',
		});
	});

	test('a task ID with any characters is one path segment', () => {
		expect(taskPath('a/../b?c#d e')).toBe('/api/v1/tasks/a%2F..%2Fb%3Fc%23d%20e');
	});
});

describe('the price list', () => {
	test('is the published one', () => {
		expect(PRICE_LIST).toEqual({ pro: { '1K': 5, '2K': 7 }, flex: { '1K': 14, '2K': 24 } });
		for (const mode of MODES)
			for (const resolution of RESOLUTIONS) expect(priceOf(mode, resolution)).toBeGreaterThan(0);
	});
});

describe('two requests have the same fingerprint', () => {
	const fingerprintOf = (changes: Partial<RequestInput> = {}) =>
		fingerprint(validateInput(input(changes)));
	test('when they differ only in the callback URL', () => {
		expect(fingerprintOf({ callbackUrl: 'https://a.b/1' })).toBe(
			fingerprintOf({ callbackUrl: 'https://a.b/2' }),
		);
	});
	test.each<[string, Partial<RequestInput>]>([
		['prompt', { prompt: 'A blue bicycle' }],
		['mode', { mode: 'flex' }],
		['resolution', { resolution: '2K' }],
		['ratio', { aspectRatio: '16:9' }],
		['reference', { references: [url('https://a.b/c')] }],
		['file', { references: [{ field: 'data', sha256: 'abc' }] }],
	])('but not with another %s', (_name, changes) => {
		expect(fingerprintOf(changes)).not.toBe(fingerprintOf());
	});
});
