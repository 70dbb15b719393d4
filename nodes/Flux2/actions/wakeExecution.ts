import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import type { Mode, Resolution } from '../api/contract';
import type { Settled } from '../api/task';
import { parked } from '../transport/resume';
import { letIn, respond, seeTask, type Ring, type Unsettled } from './answer';
import { conclude, type Shown } from './conclude';
import { wantedFrom } from './downloadFields';
import { Lanes, runInLanes } from './lanes';
import { DEFAULT_FILE_NAME } from './options';
import { failedItem } from './report';

/** Tasks looked at together; all are looked at only once the first ones are settled. */
const AT_ONCE = 10;

const MAX_REMEMBERED = 2_000;

const DOWNLOAD_LANES = 20;

/** Executions that a ring is waking, by the first task they wait for. */
const waking = new Set<string>();

/** Settled tasks of executions that still wait for others, so that no ring reads them again. */
const settledBefore = new Map<string, Settled | Flux2Failure>();

function remember(taskId: string, seen: Settled | Flux2Failure): void {
	settledBefore.set(taskId, seen);
	for (const oldest of settledBefore.keys()) {
		if (settledBefore.size <= MAX_REMEMBERED) return;
		settledBefore.delete(oldest);
	}
}

const isOpen = ({ json }: INodeExecutionData): boolean =>
	json.status === 'pending' || json.status === 'unknown';

/** All open tasks, settled; or why one of them is not. */
async function seeAll(
	ring: Ring,
	taskIds: readonly string[],
): Promise<Map<string, Settled | Flux2Failure> | Unsettled> {
	const all = new Map<string, Settled | Flux2Failure>();
	for (let from = 0; from < taskIds.length; from += AT_ONCE) {
		const some = taskIds.slice(from, from + AT_ONCE);
		const seen = await Promise.all(
			some.map(async (taskId) => settledBefore.get(taskId) ?? (await seeTask(ring, taskId))),
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

const shownOf = ({ mode, resolution, aspectRatio }: IDataObject): Shown => ({
	mode: mode as Mode,
	resolution: resolution as Resolution,
	aspectRatio: String(aspectRatio),
});

/** A settled task as a failure, where it is one. */
function failureIn(seen: Settled | Flux2Failure): Flux2Failure | undefined {
	if (seen instanceof Flux2Failure) return seen;
	if (seen.state === 'succeeded') return undefined;
	return new Flux2Failure({ kind: 'failed', word: seen.word, reason: seen.reason }, seen.id);
}

async function wokenItem(
	host: IWebhookFunctions,
	item: INodeExecutionData,
	note: IDataObject | undefined,
	seen: Settled | Flux2Failure | undefined,
	index: number,
): Promise<INodeExecutionData> {
	if (seen === undefined) return item;
	const failure = failureIn(seen);
	if (failure !== undefined) return failedItem(host, failure, index, true);
	const wanted = wantedFrom({
		download: note?.download ?? host.getNodeParameter('download', true),
		outputField: note?.outputField ?? 'data',
		fileName: String(note?.fileName ?? DEFAULT_FILE_NAME),
	});
	const woken = await conclude(host, seen as Settled, wanted, shownOf(item.json));
	return { ...woken, pairedItem: { item: index } };
}

/**
 * A ring at a parked execution: wakes it when every task it waits for is settled, with one item for
 * each input item, in order. Until then, and whatever else comes, it goes on waiting. The execution
 * cannot be made to fail any more: a failed task is an item with its `error`.
 */
export async function wakeExecution(host: IWebhookFunctions): Promise<IWebhookResponseData> {
	const ring = await letIn(host, true);
	if (ring === undefined) return respond(host, 401, 'the token is missing or wrong');
	const { items, notes } = parked(host);
	const taskIds = items.filter(isOpen).map(({ json }) => String(json.taskId));
	const seen = await seeAll(ring, taskIds);
	if (seen === 'no answer') return respond(host, 503, 'a task could not be read, try again');
	if (typeof seen === 'string') return respond(host, 200, 'waiting for other tasks');
	const [firstId = ''] = taskIds;
	if (waking.has(firstId)) return respond(host, 200, 'waking already');
	waking.add(firstId);
	// The sender is answered before the images are fetched: it does not wait for long.
	const answered = respond(host, 200, 'taken');
	const wakeOne = async (item: INodeExecutionData, index: number): Promise<INodeExecutionData> =>
		await wokenItem(host, item, notes[index], seen.get(String(item.json.taskId)), index);
	try {
		const woken = await runInLanes(items, new Lanes(DOWNLOAD_LANES), wakeOne, () => true);
		return { ...answered, workflowData: [woken.flatMap((item) => item ?? [])] };
	} finally {
		waking.delete(firstId);
		for (const taskId of taskIds) settledBefore.delete(taskId);
	}
}
