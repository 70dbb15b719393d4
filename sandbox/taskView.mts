import type { FaultKind } from './faults.mts';
import { findFault } from './faultTags.mts';
import type { SandboxTask, TaskId } from './task.mts';

/** What a response says about a task, before it is put into one of the shapes of responses. */
export interface TaskView {
	/** Undefined where a fault hides it. */
	id: TaskId | undefined;
	phase: 'pending' | 'done' | 'failed';
	/** Replaces the shape's own status; `none` leaves it out, `number` gives only a number. */
	statusWord?: string | { instead: 'none' | 'number' };
	imageUrls: readonly string[];
	reason?: string;
	/** The body of the create. */
	echo: Readonly<Record<string, unknown>>;
	/** Only where they were charged and not refunded. */
	credits?: number;
	createdAt: number;
	completedAt?: number;
}

const IMAGE_LATE_MS = 4_000;

const PHASES = { pending: 'pending', succeeded: 'done', failed: 'failed' } as const;

/** What the service says about a task at a moment, with the faults its prompt asks for. */
export function taskViewOf(task: SandboxTask, now: number): TaskView {
	const has = (kind: FaultKind<'task'>) => !!findFault('task', kind, task.faults);
	const view: TaskView = {
		id: task.responseId,
		phase: PHASES[task.state],
		imageUrls: [],
		echo: task.body,
		createdAt: task.createdAt,
	};
	if (task.completedAt !== undefined) view.completedAt = task.completedAt;
	const { reason, statusWord } = task.failure ?? {};
	if (reason !== undefined) view.reason = reason;
	if (view.phase === 'done') {
		view.credits = task.charged;
		const isLate = has('image late') && now < (task.completedAt ?? now) + IMAGE_LATE_MS;
		if (!has('done without image') && !isLate) view.imageUrls = task.imageUrls;
	}
	if (has('no word')) view.statusWord = { instead: 'none' };
	if (has('numeric status')) view.statusWord = { instead: 'number' };
	if (statusWord !== undefined) view.statusWord = statusWord;
	if (view.phase !== 'pending') return view;

	const withImage = has('unknown word with image');
	if (withImage || has('unknown word') || has('unknown word then done')) {
		view.statusWord = 'REVIEWING';
	}
	if (has('not found')) view.statusWord = 'Task not found';
	if (withImage && now >= task.readyAt) view.imageUrls = task.imageUrls;
	return view;
}

/** What the response to a poll says: a task that goes backwards does so from poll to poll. */
export function pollViewOf(task: SandboxTask, now: number): TaskView {
	const view = taskViewOf(task, now);
	if (!findFault('task', 'backwards', task.faults)) return view;
	if (view.phase !== 'pending' && task.polls > 2) return view;
	const { id, echo, createdAt } = view;
	const statusWord = task.polls === 1 ? 'GENERATING' : 'WAITING';
	return { id, phase: 'pending', statusWord, imageUrls: [], echo, createdAt };
}
