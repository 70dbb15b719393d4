import { askedFor, turnOf } from '../../sandbox/askedFor.mts';

describe('words in brackets', () => {
	const asked = (prompt: string) =>
		askedFor(prompt).map(({ where, words, number, times, pause }) => ({
			where,
			words,
			...(number !== 0 && { number }),
			...(times !== Infinity && { times }),
			...(pause && { pause }),
		}));

	test.each([
		['[task: failed]', { where: 'task', words: 'failed' }],
		['[task:failed]', { where: 'task', words: 'failed' }],
		['[ Task :  FAILED   once ]', { where: 'task', words: 'failed', times: 1 }],
		['[task: takes 20 s]', { where: 'task', words: 'takes <n> s', number: 20 }],
		['[task: takes 20s]', { where: 'task', words: 'takes <n> s', number: 20 }],
		['[task: takes 1 second]', { where: 'task', words: 'takes <n> s', number: 1 }],
		['[task: two images]', { where: 'task', words: '<n> images', number: 2 }],
		['[task: 1 image]', { where: 'task', words: '<n> images', number: 1 }],
		['[create: 455]', { where: 'create', words: '<status>', number: 455 }],
		['[create: 500 but charged]', { where: 'create', words: '<status> but charged', number: 500 }],
		['[poll: 500 x2]', { where: 'poll', words: '<status>', number: 500, times: 2 }],
		['[poll: code 500 x 12]', { where: 'poll', words: 'code <status>', number: 500, times: 12 }],
		[
			'[create: 429 x2 retry after 7]',
			{
				where: 'create',
				words: '<status>',
				number: 429,
				times: 2,
				pause: { seconds: 7, as: 'seconds' },
			},
		],
		[
			'[create: 429 retry after 7 s x2]',
			{
				where: 'create',
				words: '<status>',
				number: 429,
				times: 2,
				pause: { seconds: 7, as: 'seconds' },
			},
		],
		[
			'[poll: 503 once retry date]',
			{
				where: 'poll',
				words: '<status>',
				number: 503,
				times: 1,
				pause: { seconds: 2, as: 'date' },
			},
		],
		[
			'[poll: 503 retry date 9]',
			{ where: 'poll', words: '<status>', number: 503, pause: { seconds: 9, as: 'date' } },
		],
	])('%s is understood', (prompt, meant) => {
		expect(asked(`a fox ${prompt} in the snow`)).toEqual([meant]);
	});

	test.each([
		'[poll: 200]',
		'[poll: 6000]',
		'[poll: failed]',
		'[weather: sunny]',
		'[task failed]',
		'[task: never x2]',
		'[poll: reset retry after 3]',
		'[task: failed',
		'[]',
		'no bracket at all',
	])('%s is simply part of the prompt', (prompt) => {
		expect(asked(prompt)).toEqual([]);
	});

	test('several may be mixed in one prompt', () => {
		expect(asked('[shape: music] a fox [task: failed] [nonsense] [callback: twice]')).toEqual([
			{ where: 'shape', words: 'music' },
			{ where: 'task', words: 'failed' },
			{ where: 'callback', words: 'twice' },
		]);
	});

	test('those of one place follow each other, then all is well', () => {
		const troubles = askedFor('[poll: 500 x2] [image: 404] [poll: reset once]');
		const turns = [0, 1, 2, 3].map((time) => turnOf('poll', troubles, time)?.words);
		expect(turns).toEqual(['<status>', '<status>', 'reset', undefined]);
	});
});
