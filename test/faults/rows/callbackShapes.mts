import type { Result } from '../../engine/result.mts';
import { CALLBACK_FAULTS } from '../../../sandbox/faults/callback.mts';
import { shapeTags } from '../../outcomes/shapeCases.mts';
import { type FaultGroup, images } from '../fault.mts';
import type { Scenario } from '../scenario.mts';

const run = { parameters: { waitFor: 'callback' } };

/** The execution waits, and is resumed by the callbacks of the service. */
async function resumed(scenario: Scenario): Promise<Result[]> {
	const result = await scenario.start();
	expect(result.status).toBe('waiting');
	return [await scenario.fixture.engine.waiting(result).finished()];
}

const callbackTags = CALLBACK_FAULTS.flatMap(({ kinds }) => Object.keys(kinds))
	.filter((kind) => kind !== 'never')
	.map((kind) => `[callback: ${kind}]`);

export const callbackShapes: FaultGroup = {
	title: 'Callbacks in other shapes',
	faults: [
		{
			title: 'callbacks come in each of the known shapes',
			prompts: [...callbackTags, ...shapeTags].map((tag) => `A red fox ${tag}`),
			run,
			act: resumed,
			outcome: images(callbackTags.length + shapeTags.length),
			neverShows: [/attacker/],
		},
		{
			title: 'a callback comes four seconds before the image',
			prompts: ['A red fox [task: image late]', 'A blue owl'],
			run,
			act: resumed,
			outcome: images(2),
		},
		{
			title: 'a callback comes for a task that is done and never has an image',
			prompts: ['A red fox [task: done without image]', 'A blue owl'],
			run,
			act: resumed,
			outcome: { ...images(2), items: ['failed', 'image'] },
			shows: [/the response contains no image \(task n41\w+\)/, /may have been charged/],
		},
	],
};
