/**
 * A task of the service. `providerStatus` is the service's own status word, as it came.
 * `unknown` is a word newer than this package: it is waited for, and named at the end.
 * A task that is not done may already show images; they count only at the time limit.
 */
export type Task =
	| { state: 'pending' | 'unknown'; id: string; providerStatus: string; imageUrls: string[] }
	| {
			state: 'succeeded';
			/** Empty where a create was answered with images and without a task. */
			id: string;
			providerStatus: string;
			imageUrls: string[];
			/**
			 * Only where the answer had a shape that nobody has seen before: the key under which each of
			 * `imageUrls` stood. What stands there has yet to prove to be an image.
			 */
			unknownKeys?: string[];
			creditsCharged?: number;
	  }
	| { state: 'failed'; id: string; providerStatus: string; reason: string };

export type OpenTask = Extract<Task, { state: 'pending' | 'unknown' }>;

export type TerminalTask = Extract<Task, { state: 'succeeded' | 'failed' }>;

export const isTerminal = (task: Task): task is TerminalTask =>
	task.state === 'succeeded' || task.state === 'failed';

/** The task as it counts when the time is up: images that are there are taken all the same. */
export function atTimeout(task: Task): Task {
	if (isTerminal(task) || task.imageUrls.length === 0) return task;
	const { id, providerStatus, imageUrls } = task;
	return { state: 'succeeded', id, providerStatus, imageUrls };
}
