import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import type { Mode, Resolution } from '../../api/contract';
import type { TerminalTask } from '../../api/task';
import { withTaskId } from '../../api/toFailure';
import { clock } from '../../transport/clock';
import { ConcurrencyLimit, mapWithConcurrency } from '../../transport/concurrency';
import { readWaiting, type WaitingExecution } from '../../transport/waiting';
import { toDownloadOptions } from '../downloadFields';
import {
	authenticateCallback,
	getCallbackTask,
	respond,
	type CallbackTask,
	type NotDone,
	type VerifiedCallback,
} from '../handleCallback';
import { failureItem } from '../failureItem';
import { isPendingItem, OUTPUT_KEYS, toOutputItem, type RequestSummary } from '../outputItem';
import { throwIfFailed } from '../waitForTask';

/** Tasks polled at once; the next ones only when all of these are done. */
const BATCH_SIZE = 10;

const MAX_CONCURRENT_DOWNLOADS = 20;

/** An hour; no timer is longer than 24 days. */
const MAX_DOWNLOAD_MS = 3_600_000;

/** Executions whose done tasks are remembered. */
const MAX_EXECUTIONS = 200;

type DoneTask = TerminalTask | Flux2Failure;

interface Progress {
	/** Done tasks of this execution, so that no later callback polls them again. */
	done: Map<string, DoneTask>;
	/** Tasks that were done without an image at an earlier callback. */
	withoutImage: Set<string>;
	isResuming: boolean;
}

/** Of executions that still wait for some of their tasks, by execution ID, oldest first. */
const progressOf = new Map<string, Progress>();

function getProgress(executionId: string): Progress {
	const progress = progressOf.get(executionId) ?? {
		done: new Map(),
		withoutImage: new Set(),
		isResuming: false,
	};
	progressOf.set(executionId, progress);
	for (const oldest of progressOf.keys()) {
		if (progressOf.size <= MAX_EXECUTIONS) break;
		progressOf.delete(oldest);
	}
	return progress;
}

const taskIdOf = ({ json }: INodeExecutionData): string => String(json.taskId);

/** The tasks that were open when the wait began, each with the URLs of its request. */
const openTasks = ({ items, notes }: WaitingExecution): Map<string, readonly string[]> =>
	new Map(
		items.flatMap((item, index) =>
			isPendingItem(item)
				? [[taskIdOf(item), (notes[index]?.sent ?? []) as string[]] as const]
				: [],
		),
	);

/**
 * Polls the tasks that are not known to be done: those the callback names first, then the others in
 * batches until one of a batch is not done. So each callback polls at most one batch in vain.
 *
 * @returns why not all of them are done; undefined when they are.
 */
async function pollOpenTasks(
	callback: VerifiedCallback,
	open: ReadonlyMap<string, readonly string[]>,
	{ done, withoutImage }: Progress,
): Promise<NotDone | undefined> {
	const poll = async (id: string): Promise<CallbackTask> => {
		const task = await getCallbackTask(callback, id, open.get(id));
		if (!(task instanceof Flux2Failure) || withoutImage.has(id)) return task;
		// Its image may still come: the sender tries again, and then it counts.
		withoutImage.add(id);
		return 'no answer';
	};
	const named = new Set(callback.taskIds);
	const toPoll = [...open.keys()].filter((id) => !done.has(id));
	const namedFirst = [
		...toPoll.filter((id) => named.has(id)),
		...toPoll.filter((id) => !named.has(id)),
	];
	for (let from = 0; from < namedFirst.length; from += BATCH_SIZE) {
		const batch = namedFirst.slice(from, from + BATCH_SIZE);
		const polled = await Promise.all(batch.map(poll));
		for (const [index, id] of batch.entries()) {
			const task = polled[index];
			if (task !== undefined && typeof task !== 'string') done.set(id, task);
		}
		const notDone = polled.find((task) => typeof task === 'string');
		if (notDone !== undefined) return notDone;
	}
	return undefined;
}

/** An execution that has been waiting since an earlier version has neither prompt nor time. */
const summaryOf = ({ json }: INodeExecutionData): RequestSummary => ({
	mode: json.mode as Mode,
	resolution: json.resolution as Resolution,
	aspectRatio: String(json.aspectRatio),
	prompt: String(json.prompt ?? ''),
	createdAt: String(json.createdAt ?? ''),
});

/** The output of one task, as the pipeline would have made it. */
async function outcomeOfTask(
	ctx: IWebhookFunctions,
	item: INodeExecutionData,
	note: IDataObject,
	task: DoneTask,
	signal: AbortSignal,
): Promise<INodeExecutionData | Flux2Failure> {
	const request = summaryOf(item);
	try {
		if (task instanceof Flux2Failure) return withRequest(task, request);
		const downloadOptions = toDownloadOptions({
			download: note.download,
			outputField: note.outputField,
			fileName: String(note.fileName),
		});
		return await toOutputItem(ctx, throwIfFailed(task), downloadOptions, request, signal);
	} catch (error) {
		return withRequest(withTaskId(error, taskIdOf(item)), request);
	}
}

const withRequest = ({ failure, taskId }: Flux2Failure, request: RequestSummary): Flux2Failure =>
	new Flux2Failure(failure, taskId, { prompt: request.prompt, sentAt: request.createdAt });

/** The output item of one waiting item. What it had of its input item it keeps. */
async function resumedItem(
	ctx: IWebhookFunctions,
	item: INodeExecutionData,
	note: IDataObject,
	task: DoneTask | undefined,
	index: number,
	signal: AbortSignal,
): Promise<INodeExecutionData> {
	if (task === undefined) return item;
	const outcome = await outcomeOfTask(ctx, item, note, task, signal);
	const own =
		outcome instanceof Flux2Failure
			? failureItem(ctx, outcome, index, true)
			: { ...outcome, pairedItem: { item: index } };
	const input = Object.entries(item.json).filter(([key]) => !OUTPUT_KEYS.has(key));
	own.json = { ...Object.fromEntries(input), ...own.json };
	if (item.binary !== undefined) own.binary = { ...item.binary, ...own.binary };
	return own;
}

async function resumedItems(
	ctx: IWebhookFunctions,
	{ items, notes, resumeBefore }: WaitingExecution,
	done: ReadonlyMap<string, DoneTask>,
): Promise<INodeExecutionData[]> {
	const downloads = new ConcurrencyLimit(MAX_CONCURRENT_DOWNLOADS);
	const ms = Math.min(MAX_DOWNLOAD_MS, Math.max(0, resumeBefore - clock.now()));
	const signal = AbortSignal.timeout(ms);
	const resumeOne = async (item: INodeExecutionData, index: number): Promise<INodeExecutionData> =>
		await resumedItem(ctx, item, notes[index] ?? {}, done.get(taskIdOf(item)), index, signal);
	const resumed = await mapWithConcurrency(items, downloads, resumeOne, () => true);
	return resumed.flatMap((item) => item ?? []);
}

/**
 * A callback for a waiting execution: resumes it when every task it waits for is done, with one item
 * for each input item, in order. Until then, and whatever else comes, it continues to wait. The
 * execution cannot be made to fail any more: a failed task is an item with its `error`.
 */
export async function resumeExecution(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const waiting = readWaiting(ctx);
	const callback = await authenticateCallback(ctx, true, waiting.tokenHash);
	if (callback === undefined) return respond(ctx, 401, 'the token is missing or wrong');
	const executionId = String(ctx.evaluateExpression('{{ $execution.id }}', 0));
	const progress = getProgress(executionId);
	const notDone = await pollOpenTasks(callback, openTasks(waiting), progress);
	if (notDone === 'no answer') return respond(ctx, 503, 'a task could not be read, try again');
	if (notDone !== undefined) return respond(ctx, 200, 'waiting for other tasks');
	if (progress.isResuming) return respond(ctx, 200, 'already resuming');
	// Too late: n8n is about to end the wait itself, and both at once would run the workflow twice.
	if (clock.now() >= waiting.resumeBefore) return respond(ctx, 200, 'the time limit has passed');
	progress.isResuming = true;
	// The sender is answered before the images are downloaded: it does not wait for long.
	const answered = respond(ctx, 200, 'accepted');
	try {
		return { ...answered, workflowData: [await resumedItems(ctx, waiting, progress.done)] };
	} finally {
		progressOf.delete(executionId);
	}
}
