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
import {
	fingerprint,
	validateInput,
	toRequestBody,
	type RequestInput,
} from '../../nodes/Flux2/api/request';

const wish = (changes: Partial<RequestInput> = {}): RequestInput => ({
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
		validateInput(wish(changes));
	} catch (error) {
		if (error instanceof Flux2Failure && error.failure.kind === 'invalid-input')
			return error.failure.problem;
		throw error;
	}
	return 'no problem';
};

describe('what the service would refuse is refused before any request, in words a marketer understands', () => {
	test.each<[name: string, changes: Partial<RequestInput>, problem: RegExp]>([
		['no prompt', { prompt: '' }, /prompt is empty/],
		['a prompt of spaces', { prompt: ' \n ' }, /prompt is empty/],
		['an expression that found nothing', { prompt: undefined }, /not text \(it is empty\)/],
		['a prompt that is an object', { prompt: { a: 1 } }, /not text/],
		['two characters', { prompt: 'ab' }, /too short: 2/],
		['5001 characters', { prompt: 'x'.repeat(5001) }, /too long: 5001/],
		['an unknown mode', { mode: 'max' }, /mode "max"/],
		['an unknown resolution', { resolution: '4K' }, /resolution "4K"/],
		['a ratio with an x', { aspectRatio: '16x9' }, /aspect ratio "16x9"/],
		['a ratio of zero', { aspectRatio: '0:9' }, /aspect ratio "0:9"/],
		['auto without a reference', { aspectRatio: 'auto' }, /needs a reference image/],
		[
			'nine images',
			{ references: Array.from({ length: 9 }, () => url('https://a.b/c')) },
			/Too many reference images: 9/,
		],
		[
			'a reference that is no URL',
			{ references: [url('cat.png')] },
			/Reference image 1 is not a web address/,
		],
		['a reference by ftp', { references: [url('ftp://a.b/c.png')] }, /not a web address/],
		['a data URL', { references: [url('data:image/png;base64,AAAA')] }, /not a web address/],
		[
			'a reference left empty',
			{ references: [url('https://a.b/c'), url('')] },
			/Reference image 2 has no URL/,
		],
		['a reference that is null', { references: [url(null)] }, /has no URL/],
		['a callback that is no URL', { callbackUrl: 'localhost' }, /callback URL/],
	])('%s', (_name, changes, problem) => {
		expect(problemOf(changes)).toMatch(problem);
	});

	test('every refusal says what to do', () => {
		try {
			validateInput(wish({ prompt: '' }));
		} catch (error) {
			expect((error as Flux2Failure).failure).toMatchObject({
				advice: expect.stringMatching(/\w+/),
			});
		}
		expect.assertions(1);
	});
});

describe('what the service takes is sent as it wants it', () => {
	test('limits are taken to the last character, emoji counted as people count', () => {
		expect(validateInput(wish({ prompt: '🚲'.repeat(PROMPT_LENGTH.max) })).prompt).toHaveLength(
			10_000,
		);
		expect(problemOf({ prompt: 'x'.repeat(PROMPT_LENGTH.max) })).toBe('no problem');
		expect(problemOf({ prompt: 'cat' })).toBe('no problem');
	});

	test('a URL with a comma stays one URL', () => {
		const order = validateInput(wish({ references: [url('https://a.b/w_300,h_200/c.png?x=1,2')] }));
		expect(toRequestBody(order, ['https://a.b/w_300,h_200/c.png?x=1,2']).input_urls).toEqual([
			'https://a.b/w_300,h_200/c.png?x=1,2',
		]);
	});

	test('eight images are taken', () => {
		const references = Array.from({ length: MAX_REFERENCE_IMAGES }, () => url('https://a.b/c'));
		expect(validateInput(wish({ references })).references).toHaveLength(8);
	});

	test('auto with a reference, and any w:h', () => {
		expect(
			validateInput(wish({ aspectRatio: ' AUTO ', references: [url('https://a.b/c')] }))
				.aspectRatio,
		).toBe('auto');
		expect(validateInput(wish({ aspectRatio: '21:9' })).aspectRatio).toBe('21:9');
	});

	test('text to image sends no empty fields', () => {
		expect(toRequestBody(validateInput(wish({ prompt: '  A red bicycle\n' })), [])).toEqual({
			model: 'flux-2',
			prompt: 'A red bicycle',
			type: 'pro',
			resolution: '1K',
			aspect_ratio: '1:1',
		});
	});

	test('a task id with any character makes one path', () => {
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

describe('two orders are the same order', () => {
	const order = (changes: Partial<RequestInput> = {}) => fingerprint(validateInput(wish(changes)));
	test('when they ask for the same picture, wherever its callback goes', () => {
		expect(order({ callbackUrl: 'https://a.b/1' })).toBe(order({ callbackUrl: 'https://a.b/2' }));
	});
	test.each<[string, Partial<RequestInput>]>([
		['prompt', { prompt: 'A blue bicycle' }],
		['mode', { mode: 'flex' }],
		['resolution', { resolution: '2K' }],
		['ratio', { aspectRatio: '16:9' }],
		['reference', { references: [url('https://a.b/c')] }],
		['file', { references: [{ field: 'data', sha256: 'abc' }] }],
	])('but not with another %s', (_name, changes) => {
		expect(order(changes)).not.toBe(order());
	});
});
