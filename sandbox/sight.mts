import { find } from './askedFor.mts';
import type { Shape, Sight } from './shapes.mts';
import type { SandboxTask } from './task.mts';

/** What a task shows at a moment, with the troubles its prompt asked for. */
export function sightOf(task: SandboxTask, now: number): Sight {
	const asked = (words: Parameters<typeof find<'task'>>[1]) => !!find('task', words, task.troubles);
	const sight: Sight = {
		id: task.wireId,
		phase: { pending: 'pending', succeeded: 'done', failed: 'failed' }[
			task.state
		] as Sight['phase'],
		imageUrls: [],
		echo: task.body,
		createdAt: task.createdAt,
	};
	if (task.settledAt !== undefined) sight.settledAt = task.settledAt;
	if (task.reason !== undefined) sight.reason = task.reason;
	if (sight.phase === 'done') {
		sight.credits = task.charged;
		if (!asked('done without image')) sight.imageUrls = task.imageUrls;
	}
	if (asked('no word')) sight.word = { instead: 'none' };
	if (asked('numeric status')) sight.word = { instead: 'number' };
	if (sight.phase !== 'pending') return sight;

	const reviewing =
		asked('unknown word') || asked('unknown word with image') || asked('unknown word then done');
	if (reviewing) sight.word = 'REVIEWING';
	if (asked('unknown word with image') && now >= task.readyAt) sight.imageUrls = task.imageUrls;
	return sight;
}

/** What the answer to a look shows: a task that goes backwards does so from look to look. */
export function sightOfLook(task: SandboxTask, now: number): Sight {
	const sight = sightOf(task, now);
	if (!find('task', 'backwards', task.troubles)) return sight;
	if (sight.phase !== 'pending' && task.looks > 2) return sight;
	const { id, echo, createdAt } = sight;
	const word = task.looks === 1 ? 'GENERATING' : 'WAITING';
	return { id, phase: 'pending', word, imageUrls: [], echo, createdAt };
}

/** The shape of the answers about this task: the last one its prompt asks for. */
export function shapeOfAnswers(task: SandboxTask): Shape {
	const asked = task.troubles.filter((one) => one.where === 'shape').at(-1);
	return (asked?.words as Shape | undefined) ?? 'family';
}
