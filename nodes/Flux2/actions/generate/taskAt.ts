import { outcomeOf } from '../../api/failures';
import { isTerminal, type Task } from '../../api/task';
import { isTransient } from '../../transport/polling';
import type { TaskKind } from '../../transport/taskDurations';
import type { Run } from '../run';
import { waitForTask } from '../waitForTask';
import type { CreatedTask } from './createTask';
import type { PlannedRequest } from './plannedRequest';

/** How far a request is taken: its task exists, was polled once, or is done. */
export type Stage = 'created' | 'polled' | 'done';

/** The task as one poll shows it; as it was where the poll fails for a moment only. */
async function pollOnce({ client, restartGuard }: Run, created: CreatedTask): Promise<Task> {
	restartGuard?.assert('polled');
	const { task, sent } = created;
	const polled = await outcomeOf(client.getTask(task.id, { sent }));
	if ('value' in polled) return polled.value;
	if (isTransient(polled.failure, true) || polled.failure.failure.kind === 'no-image') return task;
	throw polled.failure;
}

/** What tells how long the image takes. */
const kindOf = ({ request }: PlannedRequest): TaskKind => ({
	mode: request.mode,
	resolution: request.resolution,
	hasReferences: request.references.length > 0,
});

/** The task of a request, taken to a stage. @throws Flux2Failure */
export async function taskAt(
	stage: Stage,
	run: Run,
	planned: PlannedRequest,
	created: CreatedTask,
): Promise<Task> {
	const { task, createdAt, sent } = created;
	if (isTerminal(task) || stage === 'created') return task;
	// The callback of a task that a retried execution has created goes to that execution.
	if (stage === 'polled' && !run.ledger.isElsewhere(planned)) return await pollOnce(run, created);
	const { timeoutSeconds, continueOnTimeout } = planned;
	const history = run.shared.durations.of(kindOf(planned));
	const wait = { createdAt, timeoutSeconds, continueOnTimeout, sent, history };
	return await waitForTask(run, task.id, wait);
}
