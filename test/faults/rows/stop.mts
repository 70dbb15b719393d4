import type { Result } from '../../engine/result.mts';
import { type FaultGroup, images, type Outcome } from '../fault.mts';
import type { Scenario } from '../scenario.mts';

const stopped = (tasksCreated: number, tasksNamed = tasksCreated): Outcome => ({
	...images(tasksCreated),
	items: [],
	tasksNamed,
	status: 'canceled',
});

/** Stops when the condition holds: the node must end within a second and send nothing afterwards. */
async function stopAndCheck(
	scenario: Scenario,
	condition: () => boolean,
	by?: 'user' | 'timeout',
): Promise<Result[]> {
	const running = scenario.start();
	await scenario.waitUntil(condition);
	const { now, sleep } = scenario.fixture.clock;
	const stoppedAt = now();
	const result = await running.cancel(by);
	expect(now() - stoppedAt).toBeLessThanOrEqual(1_000);
	const requests = scenario.fixture.sandbox.requests.length;
	await sleep(120_000);
	expect(scenario.fixture.sandbox.requests).toHaveLength(requests);
	return [result];
}

export const stop: FaultGroup = {
	title: 'Stopping the execution',
	faults: [
		{
			title: 'stopped before the node has sent anything',
			prompts: ['A red fox', 'A blue owl'],
			act: async (scenario) => await stopAndCheck(scenario, () => true),
			outcome: stopped(0),
		},
		{
			title: 'stopped while waiting for Retry-After',
			prompts: ['A red fox [create: 429 once retry after 60]', 'A blue owl'],
			run: { parameters: { options: { maxParallel: 1 } } },
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('create')[0]?.status === 429),
			outcome: { ...stopped(0), createRequests: 1 },
			neverShows: [/Get Task/],
		},
		{
			title: 'stopped during a create request that never gets a response',
			prompts: ['A red fox [create: silence but charged]'],
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.fixture.sandbox.billing.creates === 1),
			outcome: stopped(1, 0),
			shows: [/may have been charged/, /A red fox/],
		},
		{
			title: 'stopped during a create request whose response comes a moment later',
			prompts: ['A red fox [create: slow body]'],
			act: async (scenario) => {
				const started = scenario.fixture.clock.now();
				void scenario.fixture.clock.sleep(19_600);
				return await stopAndCheck(scenario, () => scenario.fixture.clock.now() - started >= 19_600);
			},
			outcome: stopped(1),
			shows: [/Get Task operation in a separate workflow \(task ID n41\w+\)/],
			neverShows: [/Nothing was charged/],
		},
		{
			title: 'stopped between two polls, with further tasks still to be created',
			prompts: ['A red fox [task: slow]', 'A blue owl', 'A green hare'],
			run: { parameters: { options: { maxParallel: 1 } } },
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('poll').length === 3),
			outcome: stopped(1),
			shows: [
				/Get Task operation in a separate workflow \(task ID n41\w+\)/,
				/Item 2: The execution was cancelled. Nothing/,
			],
		},
		{
			title: 'stopped during a poll that never gets a response',
			prompts: ['A red fox [poll: silence]', 'A blue owl [poll: silence]'],
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('poll').length === 2),
			outcome: stopped(2),
			neverShows: [/Nothing was charged/, /retry this execution/],
		},
		{
			title: 'stopped during the download of an image',
			prompts: ['A red fox [image: slow]', 'A blue owl [task: never]'],
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('image').length === 1),
			outcome: stopped(2),
			shows: [/Item 0: task n41\w+ succeeded: http:\S+\.png/],
		},
		{
			title: 'stopped by the time limit of the workflow',
			prompts: ['A red fox [task: never]'],
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('poll').length === 2, 'timeout'),
			outcome: stopped(1),
			shows: [/Get Task operation in a separate workflow \(task ID n41\w+\)/],
		},
		{
			title: 'stopped with "Retry On Fail" switched on',
			prompts: ['A red fox [task: never]', 'A blue owl [create: reset but charged]'],
			run: { retryOnFail: true, maxTries: 5 },
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('poll').length === 2),
			outcome: stopped(2, 1),
			shows: [/A blue owl/],
		},
		{
			title: 'stopped in the second try, before it has come to the task of the second image',
			prompts: ['A red fox [task: never]', 'A blue owl [task: never]'],
			run: {
				retryOnFail: true,
				onError: 'continueRegularOutput',
				parameters: { options: { timeoutSeconds: 10, maxParallel: 1 } },
			},
			act: async (scenario) =>
				await stopAndCheck(scenario, () => {
					const paths = scenario.requests('poll').map(({ path }) => path);
					return new Set(paths).size === 2 && paths.at(-1) === paths[0];
				}),
			outcome: { ...stopped(2), items: ['input', 'input'] },
			shows: [
				/Item 1: The execution was cancelled \(task n41\w+\). The image is still in progress/,
			],
			neverShows: [/Run Get Task again/],
		},
		{
			title: 'stopped with "Continue" switched on',
			prompts: ['A red fox [task: never]', 'A blue owl'],
			run: { onError: 'continueRegularOutput' },
			act: async (scenario) =>
				await stopAndCheck(scenario, () => scenario.requests('poll').length === 2),
			outcome: { ...stopped(2), items: ['input', 'input'] },
		},
	],
};
