import { type FaultGroup, images, errorAfter } from '../fault.mts';

const limit = (maxCredits: number, more: object = {}) => ({
	parameters: { options: { maxCredits, ...more } },
});

export const limits: FaultGroup = {
	title: 'Max Credits',
	faults: [
		{
			title: 'three images cost more than the limit',
			prompts: ['A red fox', 'A blue owl', 'A green hare'],
			run: limit(14),
			outcome: errorAfter(0),
			shows: [/cost of 15 credits exceeds Max Credits \(14\)/],
		},
		{
			title: 'three images cost exactly the limit',
			prompts: ['A red fox', 'A blue owl', 'A green hare'],
			run: limit(15),
			outcome: images(3),
		},
		{
			title: 'a retry at the limit continues with the tasks already paid for',
			prompts: ['A red fox [poll: 401 once]', 'A blue owl'],
			run: { ...limit(10), retryOnFail: true },
			outcome: images(2),
		},
		{
			title: 'a retry would create a task again that may have been created, and exceed the limit',
			prompts: ['A blue owl', 'A red fox [create: reset but charged]'],
			run: limit(10),
			act: async (scenario) => {
				const failed = await scenario.start();
				return [failed, await scenario.fixture.engine.retry(failed)];
			},
			outcome: { ...errorAfter(2), tasksNamed: 1 },
			shows: [/cost of 15 credits exceeds Max Credits \(10\)/, /10 of them were already requested/],
		},
		{
			title: 'a failed and refunded task does not count toward the limit',
			prompts: ['A red fox [task: failed once]', 'A blue owl'],
			run: { ...limit(10), retryOnFail: true },
			outcome: { ...images(2), createRequests: 3, tasksCreated: 3 },
		},
		{
			title: 'the third run of a loop would exceed the limit',
			prompts: ['A red fox', 'A blue owl', 'A green hare'],
			run: { ...limit(10), loop: 1 },
			outcome: { ...images(2), status: 'error' },
			shows: [/cost of 15 credits exceeds Max Credits \(10\)/, /10 of them were already requested/],
		},
		{
			title: 'the limit is not a number',
			prompts: ['A red fox'],
			run: limit(Number.NaN),
			outcome: errorAfter(0),
			shows: [/"Max Credits" must be a number/],
		},
	],
};
