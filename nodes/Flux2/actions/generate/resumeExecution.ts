import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import type { Mode, Resolution } from '../../api/contract';
import type { TerminalTask } from '../../api/task';
import { readWaiting } from '../../transport/waiting';
import {
	authenticateCallback,
	respond,
	getCallbackTask,
	type VerifiedCallback,
	type NotDone,
} from '../handleCallback';
import { toOutputItem, type RequestSummary } from '../outputItem';
import { toDownloadOptions } from '../downloadFields';
import { ConcurrencyLimit, mapWithConcurrency } from '../../transport/concurrency';
import { DEFAULT_FILE_NAME } from '../options';
import { failureItem } from '../report';

/** Tasks looked at together; all are looked at only once the first ones are settled. */
const BATCH_SIZE = 10;

const MAX_REMEMBERED = 2_000;

const MAX_CONCURRENT_DOWNLOADS = 20;

/** Executions that a ring is waking, by the first task they wait for. */
const resuming = new Set<string>();

/** Settled tasks of executions that still wait for others, so that no ring reads them again. */
const doneTasks = new Map<string, TerminalTask | Flux2Failure>();

function remember(taskId: string, seen: TerminalTask | Flux2Failure): void {
	doneTasks.set(taskId, seen);
	for (const oldest of doneTasks.keys()) {
		if (doneTasks.size <= MAX_REMEMBERED) return;
		doneTasks.delete(oldest);
	}
}

const isOpen = ({ json }: INodeExecutionData): boolean =>
	json.status === 'pending' || json.status === 'unknown';

/** All open tasks, settled; or why one of them is not. */
async function getTasks(
	callback: VerifiedCallback,
	taskIds: readonly string[],
): Promise<Map<string, TerminalTask | Flux2Failure> | NotDone> {
	const all = new Map<string, TerminalTask | Flux2Failure>();
	for (let from = 0; from < taskIds.length; from += BATCH_SIZE) {
		const some = taskIds.slice(from, from + BATCH_SIZE);
		const seen = await Promise.all(
			some.map(
				async (taskId) => doneTasks.get(taskId) ?? (await getCallbackTask(callback, taskId)),
			),
		);
		for (const [index, taskId] of some.entries()) {
			const one = seen[index];
			if (one === undefined || typeof one === 'string') continue;
			all.set(taskId, one);
			remember(taskId, one);
		}
		const open = seen.find((one) => typeof one === 'string');
		if (open !== undefined) return open;
	}
	return all;
}

const shownOf = ({ mode, resolution, aspectRatio }: IDataObject): RequestSummary => ({
	mode: mode as Mode,
	resolution: resolution as Resolution,
	aspectRatio: String(aspectRatio),
});

/** A settled task as a failure, where it is one. */
function failureIn(seen: TerminalTask | Flux2Failure): Flux2Failure | undefined {
	if (seen instanceof Flux2Failure) return seen;
	if (seen.state === 'succeeded') return undefined;
	return new Flux2Failure(
		{ kind: 'task-failed', providerStatus: seen.providerStatus, reason: seen.reason },
		seen.id,
	);
}

async function resumedItem(
	ctx: IWebhookFunctions,
	item: INodeExecutionData,
	note: IDataObject | undefined,
	seen: TerminalTask | Flux2Failure | undefined,
	index: number,
): Promise<INodeExecutionData> {
	if (seen === undefined) return item;
	const failure = failureIn(seen);
	if (failure !== undefined) return failureItem(ctx, failure, index, true);
	const downloadOptions = toDownloadOptions({
		download: note?.download ?? ctx.getNodeParameter('download', true),
		outputField: note?.outputField ?? 'data',
		fileName: String(note?.fileName ?? DEFAULT_FILE_NAME),
	});
	const woken = await toOutputItem(ctx, seen as TerminalTask, downloadOptions, shownOf(item.json));
	return { ...woken, pairedItem: { item: index } };
}

/**
 * A ring at a parked execution: wakes it when every task it waits for is settled, with one item for
 * each input item, in order. Until then, and whatever else comes, it goes on waiting. The execution
 * cannot be made to fail any more: a failed task is an item with its `error`.
 */
export async function resumeExecution(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = await authenticateCallback(ctx, true);
	if (callback === undefined) return respond(ctx, 401, 'the token is missing or wrong');
	const { items, notes } = readWaiting(ctx);
	const taskIds = items.filter(isOpen).map(({ json }) => String(json.taskId));
	const seen = await getTasks(callback, taskIds);
	if (seen === 'no answer') return respond(ctx, 503, 'a task could not be read, try again');
	if (typeof seen === 'string') return respond(ctx, 200, 'waiting for other tasks');
	const [firstId = ''] = taskIds;
	if (resuming.has(firstId)) return respond(ctx, 200, 'waking already');
	resuming.add(firstId);
	// The sender is answered before the images are fetched: it does not wait for long.
	const answered = respond(ctx, 200, 'taken');
	const wakeOne = async (item: INodeExecutionData, index: number): Promise<INodeExecutionData> =>
		await resumedItem(ctx, item, notes[index], seen.get(String(item.json.taskId)), index);
	try {
		const woken = await mapWithConcurrency(
			items,
			new ConcurrencyLimit(MAX_CONCURRENT_DOWNLOADS),
			wakeOne,
			() => true,
		);
		return { ...answered, workflowData: [woken.flatMap((item) => item ?? [])] };
	} finally {
		resuming.delete(firstId);
		for (const taskId of taskIds) doneTasks.delete(taskId);
	}
}
