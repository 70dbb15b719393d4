import type { Result } from '../../engine/result.mts';
import { type Chapter, images, type Outcome } from '../fault.mts';
import type { Scene } from '../scene.mts';

const stopped = (bought: number, named = bought): Outcome => ({
	...images(bought),
	out: [],
	named,
	status: 'canceled',
});

/** Stops once something is so; the node must have ended a second later, and asks nothing any more. */
async function stopAndWatch(
	scene: Scene,
	isSo: () => boolean,
	by?: 'user' | 'timeout',
): Promise<Result[]> {
	const running = scene.start();
	await scene.until(isSo);
	const { now, sleep } = scene.stage.time;
	const asked = now();
	const result = await running.cancel(by);
	expect(now() - asked).toBeLessThanOrEqual(1_000);
	const requests = scene.stage.sandbox.requests.length;
	await sleep(120_000);
	expect(scene.stage.sandbox.requests).toHaveLength(requests);
	return [result];
}

export const stop: Chapter = {
	title: 'Stopping the execution',
	faults: [
		{
			fault: 'stopped before the node has ordered anything',
			prompts: ['A red fox', 'A blue owl'],
			act: async (scene) => await stopAndWatch(scene, () => true),
			outcome: stopped(0),
		},
		{
			fault: 'stopped while the service has asked to wait',
			prompts: ['A red fox [create: 429 once retry after 60]', 'A blue owl'],
			sketch: { parameters: { options: { maxParallel: 1 } } },
			act: async (scene) =>
				await stopAndWatch(scene, () => scene.requests('create')[0]?.status === 429),
			outcome: { ...stopped(0), sent: 1 },
			neverSays: [/Get Task/],
		},
		{
			fault: 'stopped while an order is under way, whose answer never comes',
			prompts: ['A red fox [create: silence but charged]'],
			act: async (scene) =>
				await stopAndWatch(scene, () => scene.stage.sandbox.books.creates === 1),
			outcome: stopped(1, 0),
			says: [/may have been charged/, /A red fox/],
		},
		{
			fault: 'stopped while an order is under way, whose answer comes a moment later',
			prompts: ['A red fox [create: slow body]'],
			act: async (scene) => {
				const started = scene.stage.time.now();
				void scene.stage.time.sleep(19_600);
				return await stopAndWatch(scene, () => scene.stage.time.now() - started >= 19_600);
			},
			outcome: stopped(1),
			says: [/"Get Task" with the task ID n41\w+/],
			neverSays: [/Nothing was charged/],
		},
		{
			fault: 'stopped between two looks, with further images still to be ordered',
			prompts: ['A red fox [task: slow]', 'A blue owl', 'A green hare'],
			sketch: { parameters: { options: { maxParallel: 1 } } },
			act: async (scene) => await stopAndWatch(scene, () => scene.requests('poll').length === 3),
			outcome: stopped(1),
			says: [/"Get Task" with the task ID n41\w+/, /Item 2: The execution was cancelled. Nothing/],
		},
		{
			fault: 'stopped while a look hangs',
			prompts: ['A red fox [poll: silence]', 'A blue owl [poll: silence]'],
			act: async (scene) => await stopAndWatch(scene, () => scene.requests('poll').length === 2),
			outcome: stopped(2),
			neverSays: [/Nothing was charged/, /retry this execution/],
		},
		{
			fault: 'stopped while an image is being downloaded',
			prompts: ['A red fox [image: slow]', 'A blue owl [task: never]'],
			act: async (scene) => await stopAndWatch(scene, () => scene.requests('image').length === 1),
			outcome: stopped(2),
			says: [/Item 0: task n41\w+ succeeded: http:\S+\.png/],
		},
		{
			fault: 'stopped by the time limit of the workflow',
			prompts: ['A red fox [task: never]'],
			act: async (scene) =>
				await stopAndWatch(scene, () => scene.requests('poll').length === 2, 'timeout'),
			outcome: stopped(1),
			says: [/"Get Task" with the task ID n41\w+/],
		},
		{
			fault: 'stopped with "Retry On Fail" switched on',
			prompts: ['A red fox [task: never]', 'A blue owl [create: reset but charged]'],
			sketch: { retryOnFail: true, maxTries: 5 },
			act: async (scene) => await stopAndWatch(scene, () => scene.requests('poll').length === 2),
			outcome: stopped(2, 1),
			says: [/A blue owl/],
		},
		{
			fault: 'stopped with "Continue" switched on',
			prompts: ['A red fox [task: never]', 'A blue owl'],
			sketch: { onError: 'continueRegularOutput' },
			act: async (scene) => await stopAndWatch(scene, () => scene.requests('poll').length === 2),
			outcome: { ...stopped(2), out: ['input', 'input'] },
		},
	],
};
