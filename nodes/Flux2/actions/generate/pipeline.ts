import type { IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import type { Mode, Resolution } from '../../api/contract';
import { Flux2Failure, outcomeOf } from '../../api/failures';
import type { Task } from '../../api/task';
import { clock } from '../../transport/clock';
import { ConcurrencyLimit, mapWithConcurrency } from '../../transport/concurrency';
import type { WaitingExecution } from '../../transport/waiting';
import type { DoneTask } from '../callbackPolls';
import { toDownloadOptions } from '../downloadFields';
import { OUTPUT_KEYS, type RequestSummary } from '../outputItem';
import { isPending, itemOf, outcomeOfTask, type Result } from '../result';
import type { Run } from '../run';
import { createTask, unconfirmed } from './createTask';
import type { Planned, PlannedRequest } from './plannedRequest';
import type { ReferenceFiles } from './referenceFiles';
import { taskAt, type Stage } from './taskAt';

/** What all requests of a run are taken through. */
export interface Pipeline {
	run: Run;
	files: ReferenceFiles;
	planned: readonly Planned[];
	/** Where the service reports a task instead of the URL in the node's field. */
	callbackUrl?: string;
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
	const { mode, resolution, aspectRatio, prompt } = request;
	const getTask = async (): Promise<Task> => await taskAt(stage, run, planned, created);
	const result = await outcomeOfTask(run.ctx, created.task.id, getTask, downloadOptions, {
		request: { mode, resolution, aspectRatio, prompt, createdAt },
		signal: run.signal,
	});
	// The service bills no failed task, so a retry may create a new one.
	const { outcome } = result;
	if (outcome instanceof Flux2Failure && outcome.failure.kind === 'task-failed')
		run.ledger.forget(planned);
	return result;
}

/** What became of a request that was not started, because the execution was cancelled. */
function notStarted({ ledger }: Run, { request }: Planned): Flux2Failure {
	if (request instanceof Flux2Failure) return request;
	const held = ledger.find(request);
	if (held?.state === 'sending') return unconfirmed(request, held);
	const sent = held && { prompt: request.request.prompt, sentAt: held.sentAt };
	return new Flux2Failure({ kind: 'cancelled' }, held?.taskId, sent);
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

const MAX_CONCURRENT_DOWNLOADS = 20;

/** An hour; no timer is longer than 24 days. */
const MAX_DOWNLOAD_MS = 3_600_000;

/** An execution that has been waiting since an earlier version has neither prompt nor time. */
const summaryOf = ({ json }: INodeExecutionData): RequestSummary => ({
	mode: json.mode as Mode,
	resolution: json.resolution as Resolution,
	aspectRatio: String(json.aspectRatio),
	prompt: String(json.prompt ?? ''),
	createdAt: String(json.createdAt ?? ''),
});

/** Of a waiting item: what it took along from its input item. */
const inputOfWaiting = ({ json, binary }: INodeExecutionData): INodeExecutionData => ({
	json: Object.fromEntries(Object.entries(json).filter(([key]) => !OUTPUT_KEYS.has(key))),
	...(binary && { binary }),
});

/**
 * The last stage of the tasks for which n8n waited: one output item for each waiting item, in order.
 * An execution that is resumed cannot fail any more: a failed task is an item with its `error`.
 *
 * @param done by task ID.
 */
export async function finishWaiting(
	ctx: IWebhookFunctions,
	{ items, notes, resumeBefore }: WaitingExecution,
	done: ReadonlyMap<string, DoneTask>,
): Promise<INodeExecutionData[]> {
	const ms = Math.min(MAX_DOWNLOAD_MS, Math.max(0, resumeBefore - clock.now()));
	const signal = AbortSignal.timeout(ms);
	const finishOne = async (
		item: INodeExecutionData,
		itemIndex: number,
	): Promise<INodeExecutionData> => {
		const taskId = String(item.json.taskId);
		const task = done.get(taskId);
		if (task === undefined) return item;
		const getTask = async (): Promise<Task> => {
			if (task instanceof Flux2Failure) throw task;
			return task;
		};
		const { download, outputField, fileName } = notes[itemIndex] ?? ({} as IDataObject);
		const downloadOptions = { download, outputField, fileName: String(fileName) };
		const result = await outcomeOfTask(ctx, taskId, getTask, toDownloadOptions(downloadOptions), {
			request: summaryOf(item),
			signal,
		});
		return itemOf(ctx, { itemIndex, ...result }, inputOfWaiting(item), true);
	};
	const downloads = new ConcurrencyLimit(MAX_CONCURRENT_DOWNLOADS);
	const finished = await mapWithConcurrency(items, downloads, finishOne, () => true);
	return finished.flatMap((item) => item ?? []);
}
