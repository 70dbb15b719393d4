import { Flux2Failure } from '../api/failures';
import type { TerminalTask } from '../api/task';
import { clock, pause } from '../transport/clock';
import { pollUntilDone } from '../transport/polling';
import type { DurationHistory } from '../transport/taskDurations';
import type { Run } from './run';

type Succeeded = Extract<TerminalTask, { state: 'succeeded' }>;

/** A settled task that succeeded. @throws Flux2Failure `task-failed` */
export function throwIfFailed(task: TerminalTask): Succeeded {
	if (task.state === 'succeeded') return task;
	throw new Flux2Failure(
		{ kind: 'task-failed', providerStatus: task.providerStatus, reason: task.reason },
		task.id,
	);
}

/** A defect of ours while looking: it must not hide which task was paid for. */
function withTask(taskId: string, defect: unknown): Flux2Failure {
	if (defect instanceof Flux2Failure) return defect;
	const text = defect instanceof Error ? defect.message : String(defect);
	return new Flux2Failure({ kind: 'unexpected', text }, taskId);
}

/**
 * Follows a task to its images, for at most `timeoutSeconds` from now.
 *
 * @throws Flux2Failure, always with the task's id.
 */
export async function waitForTask(
	{ client, signal }: Run,
	taskId: string,
	createdAt: number | undefined,
	timeoutSeconds: number,
	history?: DurationHistory,
): Promise<Succeeded> {
	const deadline = clock.now() + timeoutSeconds * 1_000;
	const [settled] = await Promise.allSettled([
		pollUntilDone({
			taskId,
			createdAt,
			deadline,
			timeoutSeconds,
			history,
			getTask: async () => await client.getTask(taskId, { deadline }),
			pause: async (ms) => await pause(ms, signal),
			now: () => clock.now(),
			random: () => clock.random(),
		}),
	]);
	if (settled.status === 'rejected') throw withTask(taskId, settled.reason);
	return throwIfFailed(settled.value);
}
