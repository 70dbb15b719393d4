import { parseFaultTags, faultForAttempt } from '../../sandbox/faultTags.mts';

describe('fault tags', () => {
	const parse = (prompt: string) =>
		parseFaultTags(prompt).map(({ target, kind, number, times, retryAfter }) => ({
			target,
			kind,
			...(number !== 0 && { number }),
			...(times !== Infinity && { times }),
			...(retryAfter && { retryAfter }),
		}));

	test.each([
		['[task: failed]', { target: 'task', kind: 'failed' }],
		['[task:failed]', { target: 'task', kind: 'failed' }],
		['[ Task :  FAILED   once ]', { target: 'task', kind: 'failed', times: 1 }],
		['[task: takes 20 s]', { target: 'task', kind: 'takes <n> s', number: 20 }],
		['[task: takes 20s]', { target: 'task', kind: 'takes <n> s', number: 20 }],
		['[task: takes 1 second]', { target: 'task', kind: 'takes <n> s', number: 1 }],
		['[task: two images]', { target: 'task', kind: '<n> images', number: 2 }],
		['[task: 1 image]', { target: 'task', kind: '<n> images', number: 1 }],
		['[create: 455]', { target: 'create', kind: '<status>', number: 455 }],
		['[create: 500 but charged]', { target: 'create', kind: '<status> but charged', number: 500 }],
		['[create: 502 with id]', { target: 'create', kind: '<status> with id', number: 502 }],
		['[create: code 201 with id]', { target: 'create', kind: 'code <n> with id', number: 201 }],
		[
			'[poll: firewall 1020 once]',
			{ target: 'poll', kind: 'firewall <n>', number: 1020, times: 1 },
		],
		['[poll: 500 x2]', { target: 'poll', kind: '<status>', number: 500, times: 2 }],
		['[poll: code 500 x 12]', { target: 'poll', kind: 'code <status>', number: 500, times: 12 }],
		[
			'[create: 429 x2 retry after 7]',
			{
				target: 'create',
				kind: '<status>',
				number: 429,
				times: 2,
				retryAfter: { seconds: 7, format: 'seconds' },
			},
		],
		[
			'[create: 429 retry after 7 s x2]',
			{
				target: 'create',
				kind: '<status>',
				number: 429,
				times: 2,
				retryAfter: { seconds: 7, format: 'seconds' },
			},
		],
		[
			'[poll: 503 once retry date]',
			{
				target: 'poll',
				kind: '<status>',
				number: 503,
				times: 1,
				retryAfter: { seconds: 2, format: 'date' },
			},
		],
		[
			'[poll: 503 retry date 9]',
			{ target: 'poll', kind: '<status>', number: 503, retryAfter: { seconds: 9, format: 'date' } },
		],
	])('%s is understood', (tag, fault) => {
		expect(parse(`a fox ${tag} in the snow`)).toEqual([fault]);
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
		expect(parse(prompt)).toEqual([]);
	});

	test('several may be mixed in one prompt', () => {
		expect(parse('[shape: music] a fox [task: failed] [nonsense] [callback: twice]')).toEqual([
			{ target: 'shape', kind: 'music' },
			{ target: 'task', kind: 'failed' },
			{ target: 'callback', kind: 'twice' },
		]);
	});

	test('those of one target follow each other, and then nothing fails', () => {
		const faults = parseFaultTags('[poll: 500 x2] [image: 404] [poll: reset once]');
		const kinds = [0, 1, 2, 3].map((attempt) => faultForAttempt('poll', faults, attempt)?.kind);
		expect(kinds).toEqual(['<status>', '<status>', 'reset', undefined]);
	});
});
