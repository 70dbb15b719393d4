import { type FaultGroup, type Fault, images, errorAfter } from '../fault.mts';

const prompts = (count: number, tags = ''): string[] =>
	Array.from({ length: count }, (_, index) => `A fox with the number ${index} ${tags}`);

/** A service with a rate limit of four create requests per 10 seconds. */
const rateLimited = (retryAfter: 'seconds' | 'date' | 'none'): Fault => ({
	title: `twelve create requests at once exceed the rate limit; Retry-After: ${retryAfter}`,
	prompts: prompts(12),
	service: { rateLimit: { creates: 4, perSeconds: 10, retryAfter } },
	outcome: { ...images(12), createRequests: expect.any(Number) as never },
	check: (scenario) => {
		const sent = scenario.requests('create').length;
		expect(sent).toBeGreaterThan(12);
		expect(sent).toBeLessThanOrEqual(48);
	},
});

const oneFails = (tags: string): string[] => [
	'A red fox',
	`A blue owl ${tags}`,
	'A green hare [task: slow]',
	'A grey mouse',
];

export const many: FaultGroup = {
	title: 'Many items',
	faults: [
		{
			title: 'one of four tasks fails, and the workflow stops',
			prompts: oneFails('[task: failed]'),
			outcome: { ...errorAfter(4), credits: 15 },
			shows: [
				/1 of 4 images failed: Image generation failed/,
				/Item 0: task n41\w+ succeeded: http:\S+\.png/,
				/Item 2: task n41\w+ succeeded: http:\S+\.png/,
				/Item 3: task n41\w+ succeeded: http:\S+\.png/,
			],
		},
		{
			title: 'one of four tasks fails, with "Continue"',
			prompts: oneFails('[task: failed]'),
			run: { onError: 'continueRegularOutput' },
			outcome: { ...images(4), credits: 15, items: ['image', 'failed', 'image', 'image'] },
		},
		{
			title: 'one of four tasks fails, with "Continue (using error output)"',
			prompts: oneFails('[task: failed]'),
			run: { onError: 'continueErrorOutput' },
			outcome: { ...images(4), credits: 15, items: ['image', 'image', 'image', 'failed'] },
			check: (_scenario, [result]) =>
				expect(result?.outputs.map(({ length }) => length)).toEqual([3, 1]),
		},
		{
			title: 'one of three tasks may have been created, and the workflow stops',
			prompts: ['A red fox', 'A green hare [task: slow]', 'A blue owl [create: reset but charged]'],
			outcome: { ...errorAfter(3), tasksNamed: 2 },
			shows: [/Item 1: task n41\w+ succeeded/, /"A blue owl/],
		},
		{
			title: 'one of four tasks is not done at the time limit, and the workflow stops',
			prompts: oneFails('[task: never]'),
			outcome: errorAfter(4),
			shows: [/Item 1: The image was not ready after 300 seconds \(task n41\w+\)/],
		},
		{
			title: 'one create request is rejected before others are sent',
			prompts: ['A red fox [create: 402]', ...prompts(5)],
			run: { parameters: { options: { maxParallel: 1 } } },
			outcome: { ...errorAfter(0), createRequests: 1 },
			shows: [/enough credits/, /Item 5: Not generated/],
		},
		{
			title: 'one of three prompts is too short, and the workflow stops',
			prompts: ['A red fox', 'ox', 'A green hare'],
			outcome: errorAfter(0),
			shows: [/too short/],
		},
		{
			title: 'one of three prompts is too short, with "Continue"',
			prompts: ['A red fox', 'ox', 'A green hare'],
			run: { onError: 'continueRegularOutput' },
			outcome: { ...images(2), items: ['image', 'failed', 'image'] },
		},
		rateLimited('seconds'),
		rateLimited('date'),
		rateLimited('none'),
		{
			title: 'every create request is rejected twice with 429 and Retry-After',
			prompts: prompts(6, '[create: 429 x2 retry after 7]'),
			outcome: { ...images(6), createRequests: 18 },
		},
		{
			title:
				'every create request is rejected twice with an error code 429 in a response with status 200',
			prompts: prompts(6, '[create: code 429 x2]'),
			outcome: { ...images(6), createRequests: 18 },
		},
		{
			title: 'every poll is rejected twice with 429 and a date in Retry-After',
			prompts: prompts(6, '[poll: 429 x2 retry date 7]'),
			outcome: images(6),
		},
		{
			title: 'Retry-After is after the time limit',
			prompts: prompts(3, '[create: 429 retry after 3600]'),
			run: { parameters: { options: { timeoutSeconds: 60, maxParallel: 1 } } },
			outcome: { ...errorAfter(0), createRequests: 1 },
			shows: [/rate limit reached/, /Nothing was charged/],
		},
		{
			title: 'the service always responds with 429 and Retry-After: 0',
			prompts: ['A red fox [create: 429 retry after 0]'],
			run: { parameters: { options: { timeoutSeconds: 60 } } },
			outcome: { ...errorAfter(0), createRequests: expect.any(Number) as never },
			shows: [/rate limit reached/, /Nothing was charged/],
			check: (scenario) => expect(scenario.requests('create').length).toBeLessThanOrEqual(12),
		},
		{
			title:
				'429, a truncated response, a failed task, a reset poll and an expired image URL at once, with "Continue"',
			prompts: [
				'A red fox [create: 429 x2 retry after 3]',
				'A blue owl [create: half a body]',
				'A green hare [task: failed]',
				'A grey mouse [poll: reset x2]',
				'A black cat [image: 410]',
			],
			run: { onError: 'continueRegularOutput' },
			outcome: {
				createRequests: 7,
				tasksCreated: 5,
				credits: 20,
				items: ['image', 'failed', 'failed', 'image', 'link'],
				tasksNamed: 4,
				status: 'success',
			},
		},
	],
};
