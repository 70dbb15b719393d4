import { Flux2Failure, withTaskId } from '../api/failures';
import type { Task, TerminalTask } from '../api/task';
import { clock, pause } from '../transport/clock';
import { pollUntilDone } from '../transport/polling';
import type { Run } from './run';

/** A task that is not a failed one. @throws Flux2Failure `task-failed` */
export function throwIfFailed<T extends Task>(task: T): Exclude<T, { state: 'failed' }> {
	if (task.state !== 'failed') return task as Exclude<T, { state: 'failed' }>;
	const { providerStatus, reason, id } = task;
	throw new Flux2Failure({ kind: 'task-failed', providerStatus, reason }, id);
}

/**
 * Polls a task until it is done, for at most `timeoutSeconds` from now. `createdAt` is in milliseconds
 * since the epoch, undefined for a task of unknown age.
 *
 * @throws Flux2Failure, always with the task's ID.
 */
export async function waitForTask(
	{ client, signal, restartGuard }: Run,
	taskId: string,
	createdAt: number | undefined,
	timeoutSeconds: number,
): Promise<Exclude<TerminalTask, { state: 'failed' }>> {
	const deadline = clock.now() + timeoutSeconds * 1_000;
	try {
		const task = await pollUntilDone({
			taskId,
			createdAt,
			deadline,
			timeoutSeconds,
			getTask: async () => {
				restartGuard?.assert();
				return await client.getTask(taskId, { deadline });
			},
			pause: async (ms) => await pause(ms, signal),
			now: () => clock.now(),
			random: () => clock.random(),
		});
		return throwIfFailed(task);
	} catch (error) {
		throw withTaskId(error, taskId);
	}
}
