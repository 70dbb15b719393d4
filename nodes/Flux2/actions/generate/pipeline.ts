import type { INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../../api/failures';
import type { Task } from '../../api/task';
import { mapWithConcurrency } from '../../transport/concurrency';
import { isTransient } from '../../transport/polling';
import { toOutputItem } from '../outputItem';
import type { Run } from '../run';
import type { Result } from '../summary';
import { throwIfFailed, waitForTask } from '../waitForTask';
import { createTask, newTask, unconfirmed, type CreatedTask } from './createTask';
import { isPlanned, type PlannedRequest } from './plannedRequest';
import type { ReferenceFiles } from './referenceFiles';

/** How far a request is taken: its task exists, was polled once, or is done. */
export type Stage = 'created' | 'polled' | 'done';

/** What all requests of a run are taken through. */
export interface Pipeline {
	run: Run;
	files: ReferenceFiles;
	planned: ReadonlyArray<PlannedRequest | Flux2Failure>;
	/** Where the service reports a task instead of the URL in the node's field. */
	callbackUrl?: string;
}

export const isPending = (result: Result): result is INodeExecutionData =>
	!(result instanceof Flux2Failure) &&
	(result.json.status === 'pending' || result.json.status === 'unknown');

/** The task as one poll shows it; as it was where the poll fails for a moment only. */
async function pollOnce({ client, restartGuard }: Run, { taskId }: CreatedTask): Promise<Task> {
	restartGuard?.assert();
	const polled = await outcomeOf(client.getTask(taskId));
	if ('value' in polled) return throwIfFailed(polled.value);
	if (isTransient(polled.failure, true)) return newTask(taskId);
	throw polled.failure;
}

async function taskAt(
	stage: Stage,
	run: Run,
	planned: PlannedRequest,
	created: CreatedTask,
): Promise<Task> {
	const { taskId, createdAt } = created;
	// The callback of a task that a retried execution has created goes to that execution.
	if (stage === 'done' || run.ledger.isElsewhere(planned))
		return await waitForTask(run, taskId, createdAt, planned.timeoutSeconds);
	return await pollOnce(run, created);
}

/** One request, from its task to its output item. Taken further later, it starts from its task. */
async function advance(
	{ run, files, callbackUrl }: Pipeline,
	planned: PlannedRequest,
	stage: Stage,
	mayCreate: () => boolean,
): Promise<INodeExecutionData> {
	const { request, downloadOptions } = planned;
	const url = callbackUrl ?? request.callbackUrl;
	const created = await createTask(run, planned, files, url, mayCreate);
	const reached = await outcomeOf(
		stage === 'created'
			? Promise.resolve(newTask(created.taskId))
			: taskAt(stage, run, planned, created),
	);
	if ('value' in reached)
		return await toOutputItem(run.ctx, reached.value, downloadOptions, request, run.signal);
	// The service bills no failed task, so a retry may create a new one.
	if (reached.failure.failure.kind === 'task-failed') run.ledger.forget(planned);
	throw reached.failure;
}

/** What became of a request that was not started, because the execution was cancelled. */
function notStarted({ ledger }: Run, planned: PlannedRequest | Flux2Failure): Flux2Failure {
	if (!isPlanned(planned)) return planned;
	const held = ledger.find(planned);
	if (held !== undefined && held.taskId === undefined) return unconfirmed(planned, held);
	return new Flux2Failure({ kind: 'cancelled' }, held?.taskId);
}

/**
 * Takes all requests to a stage, with limited concurrency. One failure never affects what the others
 * have created, but a run that is going to stop creates nothing more.
 *
 * @param reached what an earlier stage came to: only what is pending goes on.
 */
export async function advanceAll(
	pipeline: Pipeline,
	stage: Stage,
	reached?: readonly Result[],
): Promise<Result[]> {
	const { run, planned } = pipeline;
	let isStopping = false;
	const advanceOne = async (one: PlannedRequest | Flux2Failure, index: number): Promise<Result> => {
		const before = reached?.[index];
		if (before !== undefined && !isPending(before)) return before;
		if (!isPlanned(one)) return one;
		const outcome = await outcomeOf(advance(pipeline, one, stage, () => !isStopping));
		if ('value' in outcome) return outcome.value;
		isStopping ||= !run.continueOnFail;
		return outcome.failure;
	};
	const mayStart = (): boolean => !run.signal?.aborted;
	const results = await mapWithConcurrency(planned, run.concurrency, advanceOne, mayStart);
	return planned.map((one, index) => results[index] ?? reached?.[index] ?? notStarted(run, one));
}
