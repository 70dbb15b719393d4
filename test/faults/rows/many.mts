import { type Chapter, type Fault, images, stoppedWith } from '../fault.mts';

const prompts = (count: number, words = ''): string[] =>
	Array.from({ length: count }, (_, index) => `A fox with the number ${index} ${words}`);

/** A service that lets four orders in each 10 seconds. */
const crowded = (retryAfter: 'seconds' | 'date' | 'none'): Fault => ({
	fault: `twelve orders at once are too many; when to come back: ${retryAfter}`,
	prompts: prompts(12),
	service: { rateLimit: { creates: 4, perSeconds: 10, retryAfter } },
	outcome: { ...images(12), sent: expect.any(Number) as never },
	also: (scene) => {
		const sent = scene.requests('create').length;
		expect(sent).toBeGreaterThan(12);
		expect(sent).toBeLessThanOrEqual(48);
	},
});

const oneFails = (words: string): string[] => [
	'A red fox',
	`A blue owl ${words}`,
	'A green hare [task: slow]',
	'A grey mouse',
];

export const many: Chapter = {
	title: 'Many items',
	faults: [
		{
			fault: 'one of four tasks fails, and the workflow stops',
			prompts: oneFails('[task: failed]'),
			outcome: { ...stoppedWith(4), credits: 15 },
			says: [
				/1 of 4 images failed: The image could not be made/,
				/Item 0: task n41\w+ succeeded: http:\S+\.png/,
				/Item 2: task n41\w+ succeeded: http:\S+\.png/,
				/Item 3: task n41\w+ succeeded: http:\S+\.png/,
			],
		},
		{
			fault: 'one of four tasks fails, with "Continue"',
			prompts: oneFails('[task: failed]'),
			sketch: { onError: 'continueRegularOutput' },
			outcome: { ...images(4), credits: 15, out: ['image', 'failed', 'image', 'image'] },
		},
		{
			fault: 'one of four tasks fails, with "Continue (using error output)"',
			prompts: oneFails('[task: failed]'),
			sketch: { onError: 'continueErrorOutput' },
			outcome: { ...images(4), credits: 15, out: ['image', 'image', 'image', 'failed'] },
			also: (_scene, [result]) =>
				expect(result?.outputs.map(({ length }) => length)).toEqual([3, 1]),
		},
		{
			fault: 'one of four orders is in doubt, and the workflow stops',
			prompts: ['A red fox', 'A green hare [task: slow]', 'A blue owl [create: reset but charged]'],
			outcome: { ...stoppedWith(3), named: 2 },
			says: [/Item 1: task n41\w+ succeeded/, /"A blue owl/],
		},
		{
			fault: 'one of four is not ready at the time limit, and the workflow stops',
			prompts: oneFails('[task: never]'),
			outcome: stoppedWith(4),
			says: [/Item 1: The image was not ready after 300 seconds \(task n41\w+\)/],
		},
		{
			fault: 'one order is refused while others have not been sent',
			prompts: ['A red fox [create: 402]', ...prompts(5)],
			sketch: { parameters: { options: { maxParallel: 1 } } },
			outcome: { ...stoppedWith(0), sent: 1 },
			says: [/enough credits/, /Item 5: Not ordered/],
		},
		{
			fault: 'one of three prompts is too short, and the workflow stops',
			prompts: ['A red fox', 'ox', 'A green hare'],
			outcome: stoppedWith(0),
			says: [/too short/],
		},
		{
			fault: 'one of three prompts is too short, with "Continue"',
			prompts: ['A red fox', 'ox', 'A green hare'],
			sketch: { onError: 'continueRegularOutput' },
			outcome: { ...images(2), out: ['image', 'failed', 'image'] },
		},
		crowded('seconds'),
		crowded('date'),
		crowded('none'),
		{
			fault: 'every order is refused twice with 429 and a pause',
			prompts: prompts(6, '[create: 429 x2 retry after 7]'),
			outcome: { ...images(6), sent: 18 },
		},
		{
			fault: 'every order is refused twice with a code 429 inside status 200',
			prompts: prompts(6, '[create: code 429 x2]'),
			outcome: { ...images(6), sent: 18 },
		},
		{
			fault: 'every look is refused twice with 429 and a date',
			prompts: prompts(6, '[poll: 429 x2 retry date 7]'),
			outcome: images(6),
		},
		{
			fault: 'the service asks to come back after the time limit',
			prompts: prompts(3, '[create: 429 retry after 3600]'),
			sketch: { parameters: { options: { timeoutSeconds: 60, maxParallel: 1 } } },
			outcome: { ...stoppedWith(0), sent: 1 },
			says: [/takes no more requests/, /Nothing was charged/],
		},
		{
			fault: 'the service says 429 and to come back at once, for ever',
			prompts: ['A red fox [create: 429 retry after 0]'],
			sketch: { parameters: { options: { timeoutSeconds: 60 } } },
			outcome: { ...stoppedWith(0), sent: expect.any(Number) as never },
			says: [/takes no more requests/, /Nothing was charged/],
			also: (scene) => expect(scene.requests('create').length).toBeLessThanOrEqual(12),
		},
		{
			fault: 'some are refused with 429, some are in doubt, some fail, with "Continue"',
			prompts: [
				'A red fox [create: 429 x2 retry after 3]',
				'A blue owl [create: half a body]',
				'A green hare [task: failed]',
				'A grey mouse [poll: reset x2]',
				'A black cat [image: 410]',
			],
			sketch: { onError: 'continueRegularOutput' },
			outcome: {
				sent: 7,
				creates: 5,
				credits: 20,
				out: ['image', 'failed', 'failed', 'image', 'link'],
				named: 4,
				status: 'success',
			},
		},
	],
};
