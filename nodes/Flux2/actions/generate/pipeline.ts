import { Flux2Failure, outcomeOf } from '../../api/failures';
import { isTerminal, type Task } from '../../api/task';
import { withTaskId } from '../../api/toFailure';
import { mapWithConcurrency } from '../../transport/concurrency';
import { isTransient } from '../../transport/polling';
import type { TaskKind } from '../../transport/taskDurations';
import { toOutputItem } from '../outputItem';
import { isPending, type Result } from '../result';
import type { Run } from '../run';
import { openAfter, throwIfFailed, waitForTask } from '../waitForTask';
import { createTask, unconfirmed, type CreatedTask } from './createTask';
import type { Planned, PlannedRequest } from './plannedRequest';
import type { ReferenceFiles } from './referenceFiles';

/** How far a request is taken: its task exists, was polled once, or is done. */
export type Stage = 'created' | 'polled' | 'done';

/** What all requests of a run are taken through. */
export interface Pipeline {
	run: Run;
	files: ReferenceFiles;
	planned: readonly Planned[];
	/** Where the service reports a task instead of the URL in the node's field. */
	callbackUrl?: string;
}

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

async function taskAt(
	stage: Stage,
	run: Run,
	planned: PlannedRequest,
	created: CreatedTask,
): Promise<Exclude<Task, { state: 'failed' }>> {
	const { task, createdAt, sent } = created;
	if (isTerminal(task) || stage === 'created') return throwIfFailed(task);
	// The callback of a task that a retried execution has created goes to that execution.
	if (stage === 'polled' && !run.ledger.isElsewhere(planned))
		return throwIfFailed(await pollOnce(run, created));
	const { timeoutSeconds, continueOnTimeout } = planned;
	const history = run.shared.durations.of(kindOf(planned));
	const wait = { createdAt, timeoutSeconds, sent, history };
	const done = await outcomeOf(waitForTask(run, task.id, wait));
	if ('value' in done) return done.value;
	const open = continueOnTimeout ? openAfter(done.failure) : undefined;
	if (open === undefined) throw done.failure;
	return open;
}

/** One request, from its task to its output item. Taken further later, it starts from its task. */
async function advance(
	{ run, files, callbackUrl }: Pipeline,
	planned: PlannedRequest,
	stage: Stage,
	mayCreate: () => boolean,
): Promise<Omit<Result, 'itemIndex'>> {
	const { request, downloadOptions } = planned;
	const url = callbackUrl ?? request.callbackUrl;
	const created = await createTask(run, planned, files, url, mayCreate);
	const createdAt = new Date(created.createdAt).toISOString();
	try {
		const task = await taskAt(stage, run, planned, created);
		const { prompt, mode, resolution, aspectRatio } = request;
		const summary = { mode, resolution, aspectRatio, prompt, createdAt };
		const outcome = await toOutputItem(run.ctx, task, downloadOptions, summary, run.signal);
		return { outcome, ...('unknownKeys' in task && { unknownKeys: task.unknownKeys }) };
	} catch (error) {
		const { failure, taskId } = withTaskId(error, created.task.id);
		// The service bills no failed task, so a retry may create a new one.
		if (failure.kind === 'task-failed') run.ledger.forget(planned);
		const { prompt } = request;
		return { outcome: new Flux2Failure(failure, taskId, { prompt, sentAt: createdAt }) };
	}
}

/** What became of a request that was not started, because the execution was cancelled. */
function notStarted({ ledger }: Run, { request }: Planned): Flux2Failure {
	if (request instanceof Flux2Failure) return request;
	const held = ledger.find(request);
	if (held?.state === 'sending') return unconfirmed(request, held);
	return new Flux2Failure({ kind: 'cancelled' }, held?.taskId);
}

/**
 * Takes all requests to a stage, with limited concurrency. One failure never affects what the others
 * have created, but a run that is going to stop creates nothing more.
 *
 * @param reached what an earlier stage came to: only what is pending is taken further.
 */
export async function advanceAll(
	pipeline: Pipeline,
	stage: Stage,
	reached: readonly Result[] = [],
): Promise<Result[]> {
	const { run, planned } = pipeline;
	let isStopping = false;
	const advanceOne = async (one: Planned, index: number): Promise<Result> => {
		const { itemIndex, request } = one;
		const before = reached[index];
		if (before !== undefined && !isPending(before)) return before;
		if (request instanceof Flux2Failure) return { itemIndex, outcome: request };
		const advanced = await outcomeOf(advance(pipeline, request, stage, () => !isStopping));
		const result = 'value' in advanced ? advanced.value : { outcome: advanced.failure };
		if (result.outcome instanceof Flux2Failure) isStopping ||= !run.continueOnFail;
		const hasAdditionalFields = request.request.additionalBodyFields !== undefined;
		return { itemIndex, ...result, ...(hasAdditionalFields && { hasAdditionalFields }) };
	};
	const mayStart = (): boolean => !run.signal?.aborted;
	const results = await mapWithConcurrency(planned, run.concurrency, advanceOne, mayStart);
	return planned.map(
		(one, index) =>
			results[index] ??
			reached[index] ?? { itemIndex: one.itemIndex, outcome: notStarted(run, one) },
	);
}
