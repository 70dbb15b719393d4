import type { Scene } from '../scene.mts';
import { type Chapter, images, stoppedWith } from '../fault.mts';

const again = { retryOnFail: true, maxTries: 3 };

/** The workflow fails, and the user presses "Retry" in the list of executions. */
const retried = async (scene: Scene) => {
	const failed = await scene.start();
	expect(failed.status).toBe('error');
	return [failed, await scene.stage.engine.retry(failed)];
};

/** The user stops the workflow once two tasks are ordered, and presses "Retry" so many times. */
const stoppedAndRetried = (times: number) => async (scene: Scene) => {
	const results = [await scene.stopOnce(() => scene.requests('poll').length === 2)];
	for (let time = 1; time <= times; time++)
		results.push(await scene.stage.engine.retry(results.at(-1)!));
	return results;
};

export const retry: Chapter = {
	title: 'Trying again',
	faults: [
		{
			fault: '"Retry On Fail" after an order that was taken and then reset',
			prompts: ['A red fox [create: reset but charged]'],
			sketch: again,
			outcome: { ...stoppedWith(1), named: 0 },
			says: [/may already have paid for this image/, /"A red fox/, /2026-01-01T00:00:0/],
		},
		{
			fault: '"Retry On Fail" after an order that was taken and answered with 503',
			prompts: ['A blue owl', 'A red fox [create: 503 but charged]'],
			sketch: again,
			outcome: { ...stoppedWith(2), named: 1 },
			says: [/may already have paid for this image/, /"A red fox/],
		},
		{
			fault: '"Retry On Fail" after an order whose answer has no task ID',
			prompts: ['A red fox [create: no id]'],
			sketch: again,
			outcome: { ...stoppedWith(1), named: 0 },
			says: [/may already have paid for this image/],
		},
		{
			fault: '"Retry On Fail" after an order that was refused',
			prompts: ['A red fox [create: 402 once]', 'A blue owl'],
			sketch: again,
			outcome: { ...images(2), sent: 3 },
		},
		{
			fault: '"Retry On Fail" after a look that failed',
			prompts: ['A red fox [poll: 401 once]', 'A blue owl', 'A green hare'],
			sketch: again,
			outcome: images(3),
		},
		{
			fault: '"Retry On Fail" after the time limit',
			prompts: ['A red fox [task: takes 25 s]'],
			sketch: { ...again, parameters: { options: { timeoutSeconds: 10 } } },
			outcome: images(1),
		},
		{
			fault: '"Retry On Fail" after a failed download',
			prompts: ['A red fox [image: 410]', 'A blue owl'],
			sketch: again,
			outcome: { ...images(2), out: ['link', 'image'] },
		},
		{
			fault: '"Retry On Fail" after a task that failed and was refunded',
			prompts: ['A red fox [task: failed once]', 'A blue owl'],
			sketch: again,
			outcome: { ...images(2), sent: 3, creates: 3 },
		},
		{
			fault: '"Retry On Fail" with "Continue", and the first of three items fails',
			prompts: ['A red fox [task: failed once]', 'A blue owl', 'A green hare [create: no id]'],
			sketch: { ...again, onError: 'continueRegularOutput' },
			outcome: {
				...images(3),
				sent: 4,
				creates: 4,
				credits: 15,
				out: ['image', 'image', 'failed'],
				named: 2,
			},
			says: [/A green hare/],
		},
		{
			fault: '"Retry" after the time limit goes on with the task',
			prompts: ['A red fox [task: takes 25 s]', 'A blue owl'],
			sketch: { parameters: { options: { timeoutSeconds: 20 } } },
			act: retried,
			outcome: images(2),
		},
		{
			fault: '"Retry" after a failed look goes on with the task',
			prompts: ['A red fox [poll: 401 once]', 'A blue owl', 'A green hare'],
			act: retried,
			outcome: images(3),
		},
		{
			fault: '"Retry" of a "Retry" goes on with the task',
			prompts: ['A red fox [poll: 401 x2]', 'A blue owl'],
			act: async (scene) => {
				const [first, second] = await retried(scene);
				expect(second?.status).toBe('error');
				return [first!, second!, await scene.stage.engine.retry(second!)];
			},
			outcome: images(2),
		},
		{
			fault: '"Retry" after a failed task orders that one anew, and only that one',
			prompts: ['A red fox [task: failed once]', 'A blue owl', 'A green hare'],
			act: retried,
			outcome: { ...images(3), sent: 4, creates: 4, named: 4 },
		},
		{
			fault: '"Retry" by a person orders again what was in doubt',
			prompts: ['A red fox [create: reset but charged once]', 'A blue owl'],
			act: retried,
			outcome: { ...images(2), sent: 3, creates: 3, credits: 15 },
			says: [/may have been charged/, /"A red fox/],
		},
		{
			fault: '"Retry" by a person, with "Retry On Fail": what is in doubt anew is not sent again',
			prompts: ['A red fox [create: reset but charged]'],
			sketch: again,
			act: retried,
			outcome: { ...stoppedWith(2), named: 0 },
		},
		{
			fault: 'three items with the same prompt are three images',
			prompts: ['A red fox', 'A red fox', 'A red fox'],
			sketch: again,
			outcome: images(3),
		},
		{
			fault: 'a loop of three runs with the same prompt makes three images',
			prompts: ['A red fox', 'A red fox', 'A red fox'],
			sketch: { ...again, loop: 1 },
			outcome: images(3),
			also: (_scene, [result]) => {
				expect(result?.runs).toHaveLength(3);
				expect(new Set(result?.itemsOf('Loop').map(({ json }) => json.taskId)).size).toBe(3);
			},
		},
		{
			fault: '"Retry On Fail" in the second of three runs of a loop',
			prompts: ['A red fox', 'A red fox [poll: 401 once]', 'A red fox'],
			sketch: { ...again, loop: 1 },
			outcome: images(3),
		},
		{
			fault: '"Retry" of a loop that stopped in its second run',
			prompts: ['A red fox', 'A red fox [poll: 401 once]', 'A red fox'],
			sketch: { loop: 1 },
			act: retried,
			outcome: images(3),
		},
		{
			fault: 'two nodes side by side with the same prompt make an image each',
			prompts: ['A red fox'],
			sketch: {
				workflow: {
					nodes: ['One', 'Two'].map((name) => ({
						type: 'n8n-nodes-flux2.flux2',
						name,
						parameters: { prompt: '={{ $json.prompt }}' },
					})),
					wires: [
						['Start', 'One'],
						['Start', 'Two'],
					],
				},
			},
			outcome: images(2),
		},
		{
			fault: 'n8n begins the execution a second time, after its worker died',
			prompts: ['A red fox', 'A blue owl'],
			act: async (scene) => {
				const first = await scene.start();
				return [first, await scene.stage.engine.beginAgain(first)];
			},
			outcome: stoppedWith(2),
			says: [/begun this execution a second time/, /Get Task/, /may have been charged/],
		},
		{
			fault: 'the same, with "Retry On Fail" switched on',
			prompts: ['A red fox', 'A blue owl'],
			sketch: again,
			act: async (scene) => {
				const first = await scene.start();
				return [first, await scene.stage.engine.beginAgain(first)];
			},
			outcome: stoppedWith(2),
		},
		{
			fault: '"Retry" of an execution that was stopped',
			prompts: ['A red fox [task: slow]', 'A blue owl [task: slow]'],
			act: stoppedAndRetried(1),
			outcome: stoppedWith(2),
			says: [/execution that you retry was cut off/, /"Retry" on this new execution/],
		},
		{
			fault: '"Retry" of that retry: the person insists',
			prompts: ['A red fox [task: slow]', 'A blue owl [task: slow]'],
			act: stoppedAndRetried(2),
			outcome: { ...images(4), out: ['image', 'image'] },
		},
	],
};
