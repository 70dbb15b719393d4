import type { Result } from '../../engine/result.mts';
import { type FaultGroup, images, type Outcome, errorAfter } from '../fault.mts';
import type { Scenario } from '../scenario.mts';

const waitForNothing = { parameters: { waitFor: 'nothing' } };
const waitForCallback = { parameters: { waitFor: 'callback', options: { timeoutSeconds: 600 } } };

const pending = (count: number): Outcome => ({
	...images(count),
	items: Array.from({ length: count }, () => 'pending'),
});

/** The execution waits, and is resumed by the callbacks of the service. */
async function resumedByCallbacks(scenario: Scenario): Promise<Result[]> {
	const result = await scenario.start();
	expect(result.status).toBe('waiting');
	return [await scenario.fixture.engine.waiting(result).finished()];
}

/** The execution waits without a callback until its time is over. */
async function timedOut(scenario: Scenario): Promise<Result[]> {
	const result = await scenario.start();
	expect(result.status).toBe('waiting');
	return [await scenario.fixture.engine.waiting(result).expire()];
}

export const callbacks: FaultGroup = {
	title: 'Wait For: Nothing or Callback',
	faults: [
		{
			title: 'a task may have been created, with "Wait For: Nothing"',
			prompts: ['A blue owl', 'A red fox [create: reset but charged]'],
			run: waitForNothing,
			outcome: { ...errorAfter(2), tasksNamed: 1 },
			shows: [/Item 0: task n41\w+ pending/, /"A red fox/],
		},
		{
			title: 'a create request is rejected once, with "Wait For: Nothing" and "Retry On Fail"',
			prompts: ['A blue owl', 'A red fox [create: 402 once]'],
			run: { ...waitForNothing, retryOnFail: true },
			outcome: { ...pending(2), createRequests: 3 },
		},
		{
			title: 'a task may have been created, with "Wait For: Callback"',
			prompts: ['A blue owl', 'A green hare', 'A red fox [create: reset but charged]'],
			run: waitForCallback,
			outcome: { ...errorAfter(3), tasksNamed: 2 },
			shows: [/Item 0: task n41\w+ succeeded: http/, /Item 1: task n41\w+ succeeded/, /"A red fox/],
		},
		{
			title: 'a create request is rejected once, with "Wait For: Callback" and "Retry On Fail"',
			prompts: ['A blue owl', 'A red fox [create: 402 once]'],
			run: { ...waitForCallback, retryOnFail: true },
			act: resumedByCallbacks,
			outcome: { ...images(2), createRequests: 3 },
		},
		{
			title: 'a task of a waiting execution fails, with "Continue"',
			prompts: ['A blue owl', 'A red fox [task: failed]'],
			run: { ...waitForCallback, onError: 'continueRegularOutput' },
			act: resumedByCallbacks,
			outcome: { ...images(2), credits: 5, items: ['image', 'failed'] },
		},
		{
			title: 'no callback ever comes',
			prompts: ['A blue owl [callback: never]', 'A red fox [callback: never]'],
			run: waitForCallback,
			act: timedOut,
			outcome: pending(2),
		},
		{
			title: 'callbacks are forged, sent twice, too early and late',
			prompts: [
				'A blue owl [callback: forged url]',
				'A red fox [callback: twice]',
				'A green hare [callback: early] [callback: array]',
				'A grey mouse [callback: late]',
			],
			run: waitForCallback,
			act: resumedByCallbacks,
			outcome: images(4),
			neverShows: [/attacker/],
		},
	],
};
