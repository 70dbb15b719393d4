import { Flux2Failure, statusOf } from '../api/failures';
import type { OpenTask, Task } from '../api/task';
import { withTaskId } from '../api/toFailure';
import { clock, pause } from '../transport/clock';
import { pollUntilDone } from '../transport/polling';
import type { DurationHistory } from '../transport/taskDurations';
import type { Run } from './run';

/** A task that is not a failed one. @throws Flux2Failure `task-failed` */
export function throwIfFailed<T extends Task>(task: T): Exclude<T, { state: 'failed' }> {
	if (task.state !== 'failed') return task as Exclude<T, { state: 'failed' }>;
	const { providerStatus, reason, id } = task;
	throw new Flux2Failure({ kind: 'task-failed', providerStatus, reason }, id);
}

/** The task that a time limit left open; undefined after any other failure. */
function openAfter({ failure, taskId = '' }: Flux2Failure): OpenTask | undefined {
	if (failure.kind !== 'timeout') return undefined;
	const state = statusOf(failure, true) === 'pending' ? 'pending' : 'unknown';
	return { state, id: taskId, providerStatus: failure.providerStatus, imageUrls: [] };
}

export interface WaitOptions {
	/** ms since the epoch; undefined for a task of unknown age. */
	createdAt?: number;
	/** From now. */
	timeoutSeconds: number;
	/** Whether the time limit leaves the task open, instead of being a failure. */
	continueOnTimeout: boolean;
	/** URLs of the request, which are never taken for its result. */
	sent?: readonly string[];
	/** How long images of its kind took; learns from this one. */
	history?: DurationHistory;
}

/**
 * Polls a task until it is done, or until its time limit.
 *
 * @throws Flux2Failure, always with the task's ID.
 */
export async function waitForTask(
	{ client, signal, restartGuard }: Run,
	taskId: string,
	{ createdAt, timeoutSeconds, continueOnTimeout, sent, history }: WaitOptions,
): Promise<Task> {
	const deadline = clock.now() + timeoutSeconds * 1_000;
	try {
		return await pollUntilDone({
			taskId,
			createdAt,
			deadline,
			timeoutSeconds,
			history,
			getTask: async () => {
				restartGuard?.assert('polled');
				return await client.getTask(taskId, { deadline, ...(sent && { sent }) });
			},
			pause: async (ms) => await pause(ms, signal),
			now: () => clock.now(),
			random: () => clock.random(),
		});
	} catch (error) {
		const failure = withTaskId(error, taskId);
		const open = continueOnTimeout ? openAfter(failure) : undefined;
		if (open === undefined) throw failure;
		return open;
	}
}
