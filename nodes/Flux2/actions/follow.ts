import { Flux2Failure } from '../api/failures';
import type { Settled } from '../api/task';
import { clock, pause } from '../transport/clock';
import { pollUntilSettled } from '../transport/poll';
import type { Run } from './run';

type Succeeded = Extract<Settled, { state: 'succeeded' }>;

/** A settled task that succeeded. @throws Flux2Failure `failed` */
export function unlessFailed(task: Settled): Succeeded {
	if (task.state === 'succeeded') return task;
	throw new Flux2Failure({ kind: 'failed', word: task.word, reason: task.reason }, task.id);
}

/** A defect of ours while looking: it must not hide which task was paid for. */
function withTask(taskId: string, defect: unknown): Flux2Failure {
	if (defect instanceof Flux2Failure) return defect;
	const words = defect instanceof Error ? defect.message : String(defect);
	return new Flux2Failure({ kind: 'unexpected', words }, taskId);
}

/**
 * Follows a task to its images, for at most `timeoutSeconds` from now.
 *
 * @throws Flux2Failure, always with the task's id.
 */
export async function follow(
	{ client, signal }: Run,
	taskId: string,
	createdAt: number | undefined,
	timeoutSeconds: number,
): Promise<Succeeded> {
	const deadline = clock.now() + timeoutSeconds * 1_000;
	const [settled] = await Promise.allSettled([
		pollUntilSettled({
			taskId,
			createdAt,
			deadline,
			timeoutSeconds,
			look: async () => await client.read(taskId, { deadline }),
			pause: async (ms) => await pause(ms, signal),
			now: () => clock.now(),
			random: () => clock.random(),
		}),
	]);
	if (settled.status === 'rejected') throw withTask(taskId, settled.reason);
	return unlessFailed(settled.value);
}
