import { type Chapter, images, stoppedWith } from '../fault.mts';

const limit = (maxCredits: number, more: object = {}) => ({
	parameters: { options: { maxCredits, ...more } },
});

export const limits: Chapter = {
	title: 'Max Credits',
	faults: [
		{
			fault: 'three images cost more than the limit',
			prompts: ['A red fox', 'A blue owl', 'A green hare'],
			sketch: limit(14),
			outcome: stoppedWith(0),
			says: [/would cost 15 credits by the price list; your limit is 14/],
		},
		{
			fault: 'three images cost just the limit',
			prompts: ['A red fox', 'A blue owl', 'A green hare'],
			sketch: limit(15),
			outcome: images(3),
		},
		{
			fault: 'a retry at the limit goes on with what is paid for',
			prompts: ['A red fox [poll: 401 once]', 'A blue owl'],
			sketch: { ...limit(10), retryOnFail: true },
			outcome: images(2),
		},
		{
			fault: 'a retry would order again what is in doubt, above the limit',
			prompts: ['A blue owl', 'A red fox [create: reset but charged]'],
			sketch: limit(10),
			act: async (scene) => {
				const failed = await scene.start();
				return [failed, await scene.stage.engine.retry(failed)];
			},
			outcome: { ...stoppedWith(2), named: 1 },
			says: [/would cost 15 credits by the price list, 10 of them already ordered/],
		},
		{
			fault: 'what failed and was refunded does not count against the limit',
			prompts: ['A red fox [task: failed once]', 'A blue owl'],
			sketch: { ...limit(10), retryOnFail: true },
			outcome: { ...images(2), sent: 3, creates: 3 },
		},
		{
			fault: 'the third run of a loop would go above the limit',
			prompts: ['A red fox', 'A blue owl', 'A green hare'],
			sketch: { ...limit(10), loop: 1 },
			outcome: { ...images(2), status: 'error' },
			says: [/would cost 15 credits by the price list, 10 of them already ordered/],
		},
		{
			fault: 'the limit is no number',
			prompts: ['A red fox'],
			sketch: limit(Number.NaN),
			outcome: stoppedWith(0),
			says: [/"Max Credits" must be a number/],
		},
	],
};
