import type { FaultKind } from './faults.mts';
import { findFault } from './faultTags.mts';
import { callbackBody, responseShapeOf, unwrapped } from './responseShapes.mts';
import { ROW_ID } from './shapes/fields.mts';
import { songId } from './shapes/published.mts';
import type { SandboxTask } from './task.mts';
import type { TaskView } from './taskView.mts';
import { taskViewOf } from './taskView.mts';

/** At which point of its task a callback is sent. The last one is `complete`. */
export type CallbackStage = 'text' | 'first' | 'complete';

const FORGED_URL = 'https://attacker.invalid/x.png';

/** The body of a callback, with the faults that the prompt of the task asks for. */
export function callbackBodyFor(task: SandboxTask, now: number, stage: CallbackStage): unknown {
	const has = (kind: FaultKind<'callback'>) => findFault('callback', kind, task.faults);
	const view = taskViewOf(task, now);
	if (has('forged url')) {
		Object.assign(view, { phase: 'done', statusWord: 'SUCCESS', imageUrls: [FORGED_URL] });
	}
	if (has('without id')) view.id = undefined;
	if (has('in a list')) return { code: 200, data: [{ id: ROW_ID, workId: view.id }] };
	if (has('event id')) return { id: `event-${task.polls + 1}`, data: { task_id: view.id } };
	if (has('other ids')) return songsOf(view);
	if (has('stages')) {
		const data = { callbackType: stage, task_id: view.id, data: songsOf(view) };
		return { code: 200, msg: `${stage} generated`, data };
	}
	const body = callbackBody(responseShapeOf(task), view);
	return has('array') ? [unwrapped(body)] : body;
}

/** Entries with IDs of their own, at least one. */
const songsOf = ({ imageUrls }: TaskView): object[] =>
	(imageUrls.length > 0 ? imageUrls : ['']).map((image_url, index) => ({
		id: songId(index),
		image_url,
	}));
