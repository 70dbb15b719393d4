import type { Result } from '../../engine/result.mts';
import { type Chapter, images, type Outcome, stoppedWith } from '../fault.mts';
import type { Scene } from '../scene.mts';

const nothing = { parameters: { waitFor: 'nothing' } };
const callback = { parameters: { waitFor: 'callback', options: { timeoutSeconds: 600 } } };

const pending = (count: number): Outcome => ({
	...images(count),
	out: Array.from({ length: count }, () => 'pending'),
});

/** The execution parks, and ends when the service has called back. */
async function parked(scene: Scene): Promise<Result[]> {
	const result = await scene.start();
	expect(result.status).toBe('waiting');
	return [await scene.stage.engine.parked(result).ended()];
}

/** The execution parks, nobody rings, and its time is over. */
async function forgotten(scene: Scene): Promise<Result[]> {
	const result = await scene.start();
	expect(result.status).toBe('waiting');
	return [await scene.stage.engine.parked(result).deadline()];
}

export const unwatched: Chapter = {
	title: 'Not waiting, or waiting for a callback',
	faults: [
		{
			fault: 'an order is in doubt, and nobody waits for the images',
			prompts: ['A blue owl', 'A red fox [create: reset but charged]'],
			sketch: nothing,
			outcome: { ...stoppedWith(2), named: 1 },
			says: [/Item 0: task n41\w+ pending/, /"A red fox/],
		},
		{
			fault: 'an order is refused once, nobody waits, "Retry On Fail"',
			prompts: ['A blue owl', 'A red fox [create: 402 once]'],
			sketch: { ...nothing, retryOnFail: true },
			outcome: { ...pending(2), sent: 3 },
		},
		{
			fault: 'an order is in doubt in a run that would park',
			prompts: ['A blue owl', 'A green hare', 'A red fox [create: reset but charged]'],
			sketch: callback,
			outcome: { ...stoppedWith(3), named: 2 },
			says: [/Item 0: task n41\w+ succeeded: http/, /Item 1: task n41\w+ succeeded/, /"A red fox/],
		},
		{
			fault: 'an order is refused once in a run that would park, "Retry On Fail"',
			prompts: ['A blue owl', 'A red fox [create: 402 once]'],
			sketch: { ...callback, retryOnFail: true },
			act: parked,
			outcome: { ...images(2), sent: 3 },
		},
		{
			fault: 'a task of a parked execution fails, with "Continue"',
			prompts: ['A blue owl', 'A red fox [task: failed]'],
			sketch: { ...callback, onError: 'continueRegularOutput' },
			act: parked,
			outcome: { ...images(2), credits: 5, out: ['image', 'failed'] },
		},
		{
			fault: 'no callback ever comes',
			prompts: ['A blue owl [callback: never]', 'A red fox [callback: never]'],
			sketch: callback,
			act: forgotten,
			outcome: pending(2),
		},
		{
			fault: 'the callbacks are forged, doubled, early, and late',
			prompts: [
				'A blue owl [callback: forged url]',
				'A red fox [callback: twice]',
				'A green hare [callback: early] [callback: array]',
				'A grey mouse [callback: late]',
			],
			sketch: callback,
			act: parked,
			outcome: images(4),
			neverSays: [/attacker/],
		},
	],
};
