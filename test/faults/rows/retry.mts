import type { Scenario } from '../scenario.mts';
import { type FaultGroup, images, errorAfter } from '../fault.mts';

const retryOnFail = { retryOnFail: true, maxTries: 3 };

/** The workflow fails, and the user presses "Retry" in the list of executions. */
const retried = async (scenario: Scenario) => {
	const failed = await scenario.start();
	expect(failed.status).toBe('error');
	return [failed, await scenario.fixture.engine.retry(failed)];
};

/** The user stops the workflow when two tasks are created, and presses "Retry" this many times. */
const stoppedAndRetried = (times: number) => async (scenario: Scenario) => {
	const results = [await scenario.stopWhen(() => scenario.requests('poll').length === 2)];
	for (let time = 1; time <= times; time++)
		results.push(await scenario.fixture.engine.retry(results.at(-1)!));
	return results;
};

export const retry: FaultGroup = {
	title: 'Retrying',
	faults: [
		{
			title: '"Retry On Fail" after a task was created and the connection reset',
			prompts: ['A red fox [create: reset but charged]'],
			run: retryOnFail,
			outcome: { ...errorAfter(1), tasksNamed: 0 },
			shows: [/may already have been charged for this image/, /"A red fox/, /2026-01-01T00:00:0/],
		},
		{
			title: '"Retry On Fail" after a task was created but the response was 503',
			prompts: ['A blue owl', 'A red fox [create: 503 but charged]'],
			run: retryOnFail,
			outcome: { ...errorAfter(2), tasksNamed: 1 },
			shows: [/may already have been charged for this image/, /"A red fox/],
		},
		{
			title: '"Retry On Fail" after a response without a task ID',
			prompts: ['A red fox [create: no id]'],
			run: retryOnFail,
			outcome: { ...errorAfter(1), tasksNamed: 0 },
			shows: [/may already have been charged for this image/],
		},
		{
			title: '"Retry On Fail" after an error whose response names the task',
			prompts: ['A red fox [create: 502 with id]'],
			run: retryOnFail,
			outcome: errorAfter(1),
			shows: [
				/may already have been charged for this image \(task n41\w+\)/,
				/Get Task operation in a separate workflow \(task ID n41\w+\) before you run/,
			],
		},
		{
			title: '"Retry On Fail" after a rejected create request',
			prompts: ['A red fox [create: 402 once]', 'A blue owl'],
			run: retryOnFail,
			outcome: { ...images(2), createRequests: 3 },
		},
		{
			title: '"Retry On Fail" after a failed poll',
			prompts: ['A red fox [poll: 401 once]', 'A blue owl', 'A green hare'],
			run: retryOnFail,
			outcome: images(3),
		},
		{
			title: '"Retry On Fail" after the time limit',
			prompts: ['A red fox [task: takes 25 s]'],
			run: { ...retryOnFail, parameters: { options: { timeoutSeconds: 10 } } },
			outcome: images(1),
		},
		{
			title: '"Retry On Fail" after a failed download',
			prompts: ['A red fox [image: 410]', 'A blue owl'],
			run: retryOnFail,
			outcome: { ...images(2), items: ['link', 'image'] },
		},
		{
			title: '"Retry On Fail" after a task that failed and was refunded',
			prompts: ['A red fox [task: failed once]', 'A blue owl'],
			run: retryOnFail,
			outcome: { ...images(2), createRequests: 3, tasksCreated: 3 },
		},
		{
			title: '"Retry On Fail" with "Continue", and the first of three items fails',
			prompts: ['A red fox [task: failed once]', 'A blue owl', 'A green hare [create: no id]'],
			run: { ...retryOnFail, onError: 'continueRegularOutput' },
			outcome: {
				...images(3),
				createRequests: 4,
				tasksCreated: 4,
				credits: 15,
				items: ['image', 'image', 'failed'],
				tasksNamed: 2,
			},
			shows: [/A green hare/],
		},
		{
			title: '"Retry" after the time limit continues with the task',
			prompts: ['A red fox [task: takes 25 s]', 'A blue owl'],
			run: { parameters: { options: { timeoutSeconds: 20 } } },
			act: retried,
			outcome: images(2),
		},
		{
			title: '"Retry" after a failed poll continues with the task',
			prompts: ['A red fox [poll: 401 once]', 'A blue owl', 'A green hare'],
			act: retried,
			outcome: images(3),
		},
		{
			title: '"Retry" of a "Retry" continues with the task',
			prompts: ['A red fox [poll: 401 x2]', 'A blue owl'],
			act: async (scenario) => {
				const [first, second] = await retried(scenario);
				expect(second?.status).toBe('error');
				return [first!, second!, await scenario.fixture.engine.retry(second!)];
			},
			outcome: images(2),
		},
		{
			title: '"Retry" after a failed task creates only that one again',
			prompts: ['A red fox [task: failed once]', 'A blue owl', 'A green hare'],
			act: retried,
			outcome: { ...images(3), createRequests: 4, tasksCreated: 4, tasksNamed: 4 },
		},
		{
			title: '"Retry" by a person creates a task again that may have been created',
			prompts: ['A red fox [create: reset but charged once]', 'A blue owl'],
			act: retried,
			outcome: { ...images(2), createRequests: 3, tasksCreated: 3, credits: 15 },
			shows: [/may have been charged/, /"A red fox/],
		},
		{
			title:
				'"Retry" by a person, with "Retry On Fail": an unconfirmed request is not sent again automatically',
			prompts: ['A red fox [create: reset but charged]'],
			run: retryOnFail,
			act: retried,
			outcome: { ...errorAfter(2), tasksNamed: 0 },
		},
		{
			title: 'three items with the same prompt are three images',
			prompts: ['A red fox', 'A red fox', 'A red fox'],
			run: retryOnFail,
			outcome: images(3),
		},
		{
			title: 'a loop of three runs with the same prompt makes three images',
			prompts: ['A red fox', 'A red fox', 'A red fox'],
			run: { ...retryOnFail, loop: 1 },
			outcome: images(3),
			check: (_scenario, [result]) => {
				expect(result?.runs).toHaveLength(3);
				expect(new Set(result?.itemsOf('Loop').map(({ json }) => json.taskId)).size).toBe(3);
			},
		},
		{
			title: '"Retry On Fail" in the second of three runs of a loop',
			prompts: ['A red fox', 'A red fox [poll: 401 once]', 'A red fox'],
			run: { ...retryOnFail, loop: 1 },
			outcome: images(3),
		},
		{
			title: '"Retry" of a loop that stopped in its second run',
			prompts: ['A red fox', 'A red fox [poll: 401 once]', 'A red fox'],
			run: { loop: 1 },
			act: retried,
			outcome: images(3),
		},
		{
			title: 'two nodes side by side with the same prompt make an image each',
			prompts: ['A red fox'],
			run: {
				workflow: {
					nodes: ['One', 'Two'].map((name) => ({
						type: 'n8n-nodes-flux2.flux2',
						name,
						parameters: { prompt: '={{ $json.prompt }}' },
					})),
					connections: [
						['Start', 'One'],
						['Start', 'Two'],
					],
				},
			},
			outcome: images(2),
		},
		{
			title: 'n8n starts the execution a second time, after its worker died',
			prompts: ['A red fox', 'A blue owl'],
			act: async (scenario) => {
				const first = await scenario.start();
				return [first, await scenario.fixture.engine.restart(first)];
			},
			outcome: errorAfter(2),
			shows: [/n8n restarted this execution/, /Get Task/, /may have been charged/],
		},
		{
			title: 'n8n starts the execution a second time, with "Retry On Fail"',
			prompts: ['A red fox', 'A blue owl'],
			run: retryOnFail,
			act: async (scenario) => {
				const first = await scenario.start();
				return [first, await scenario.fixture.engine.restart(first)];
			},
			outcome: errorAfter(2),
		},
		{
			title: '"Retry" of an execution that was stopped',
			prompts: ['A red fox [task: slow]', 'A blue owl [task: slow]'],
			act: stoppedAndRetried(1),
			outcome: errorAfter(2),
			shows: [/execution you retried was interrupted/, /retry this new execution/],
		},
		{
			title: '"Retry" of the retry of an execution that was stopped',
			prompts: ['A red fox [task: slow]', 'A blue owl [task: slow]'],
			act: stoppedAndRetried(2),
			outcome: { ...images(4), items: ['image', 'image'] },
		},
	],
};
