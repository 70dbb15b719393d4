import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import type { Mode, Resolution } from '../api/contract';
import { isSettled, type Settled } from '../api/task';
import { parked } from '../transport/resume';
import { dismiss, letIn, seeTask, type Ring, type Seen } from './answer';
import { conclude, wantedFrom, type Shown } from './conclude';
import { failedItem } from './report';

/** Tasks looked at together; all are looked at only once the first ones are settled. */
const AT_ONCE = 10;

const MAX_REMEMBERED = 2_000;

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
async function seeAll(ring: Ring, taskIds: readonly string[]): Promise<Map<string, Seen> | string> {
	const all = new Map<string, Seen>();
	for (let from = 0; from < taskIds.length; from += AT_ONCE) {
		const some = taskIds.slice(from, from + AT_ONCE);
		const seen = await Promise.all(
			some.map(async (taskId) => settledBefore.get(taskId) ?? (await seeTask(ring, taskId))),
		);
		for (const [index, taskId] of some.entries()) {
			const one = seen[index] as Seen;
			all.set(taskId, one);
			if (typeof one !== 'string') remember(taskId, one);
		}
		const open = seen.find((one) => typeof one === 'string');
		if (typeof open === 'string') return open;
	}
	return all;
}

const shownOf = ({ mode, resolution, aspectRatio }: IDataObject): Shown => ({
	mode: mode as Mode,
	resolution: resolution as Resolution,
	aspectRatio: String(aspectRatio),
});

async function wokenItem(
	host: IWebhookFunctions,
	item: INodeExecutionData,
	note: IDataObject | undefined,
	seen: Seen | undefined,
	index: number,
): Promise<INodeExecutionData> {
	if (seen === undefined || typeof seen === 'string') return item;
	if (seen instanceof Flux2Failure) return failedItem(host, seen, index);
	if (isSettled(seen) && seen.state === 'failed') {
		const { word, reason, id } = seen;
		return failedItem(host, new Flux2Failure({ kind: 'failed', word, reason }, id), index);
	}
	const wanted = wantedFrom({
		download: note?.download ?? host.getNodeParameter('download', true),
		outputField: note?.outputField ?? 'data',
		fileName: String(note?.fileName ?? 'flux2-{taskId}'),
	});
	const woken = await conclude(host, seen, wanted, shownOf(item.json));
	return { ...woken, pairedItem: { item: index } };
}

/**
 * A ring at a parked execution: wakes it when every task it waits for is settled, with one item for
 * each input item, in order. Until then, and whatever else comes, it goes on waiting.
 */
export async function wakeExecution(host: IWebhookFunctions): Promise<IWebhookResponseData> {
	const ring = await letIn(host, true);
	if (ring === undefined) return dismiss(host, 401, 'the token is missing or wrong');
	const { items, notes } = parked(host);
	const taskIds = items.filter(isOpen).map(({ json }) => String(json.taskId));
	const seen = await seeAll(ring, taskIds);
	if (typeof seen === 'string')
		return seen === 'no answer'
			? dismiss(host, 503, 'a task could not be read, try again')
			: dismiss(host, 200, 'waiting for other tasks');
	const woken = await Promise.all(
		items.map(
			async (item, index) =>
				await wokenItem(host, item, notes[index], seen.get(String(item.json.taskId)), index),
		),
	);
	for (const taskId of taskIds) settledBefore.delete(taskId);
	return { workflowData: [woken] };
}
