import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nApi } from '../../host/rest.mts';

/** One item behind the node that opened its image. */
export interface Item {
	taskId: string;
	status: string;
	/** Of the bytes that this node read. */
	sha256?: string;
	/** n8n's name for the file. */
	file?: string;
}

/** An execution as its user finds it in the list and behind it. */
export interface Outcome {
	id: string;
	status: string;
	/** What came out of the node "Images": everything a workflow could go on with. */
	items: Item[];
	error: string;
	/** Every task that the stored execution names anywhere, in an item or in an error. */
	taskIds: string[];
}

export interface Listed {
	id: string;
	status: string;
}

const busy = ['new', 'running'];

/** All executions of a workflow. */
export async function listed(api: N8nApi, workflowId: string): Promise<Listed[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const all = new Map<string, Listed>();
	let page = '';
	for (;;) {
		const { results, nextCursor } = await api.session.get<{
			results: Listed[];
			nextCursor?: string | null;
		}>(`/executions?limit=100&filter=${filter}${page}`);
		// Those that run stand on every page.
		for (const one of results) all.set(one.id, one);
		if (!nextCursor) return [...all.values()];
		page = `&cursor=${encodeURIComponent(nextCursor)}`;
	}
}

/** Waits until so many executions are there and each has one of the wished statuses. */
export async function untilAll(
	api: N8nApi,
	workflowId: string,
	{ count, are, withinMs }: { count: number; are: (status: string) => boolean; withinMs: number },
): Promise<Listed[]> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const all = await listed(api, workflowId);
		if (all.length >= count && all.every(({ status }) => are(status))) return all;
		if (Date.now() > deadline)
			throw new Error(
				`After ${withinMs / 1000} s, of ${count} executions there are ${JSON.stringify(tally(all))}`,
			);
		await sleep(500);
	}
}

export const atRest = (status: string): boolean => !busy.includes(status);
export const atEnd = (status: string): boolean => atRest(status) && status !== 'waiting';
export const isParked = (status: string): boolean => status === 'waiting';

/** How many executions n8n calls what. */
export function tally(executions: readonly Listed[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status } of executions) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}

/** Reads executions whole. */
export async function outcomesOf(api: N8nApi, executions: readonly Listed[]): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	for (let from = 0; from < executions.length; from += 10)
		outcomes.push(
			...(await Promise.all(
				executions.slice(from, from + 10).map(async ({ id }) => await outcomeOf(api, id)),
			)),
		);
	return outcomes;
}

async function outcomeOf(api: N8nApi, id: string): Promise<Outcome> {
	const { status, data } = await api.execution(id);
	const { runData } = data.resultData;
	const itemsBehind = (name: string) => runData[name]?.[0]?.data?.main[0] ?? [];
	const ours = itemsBehind('Flux 2').concat(itemsBehind('Flux 2 Trigger'));
	return {
		id,
		status,
		items: itemsBehind('Images').map(({ json }, index) => ({
			taskId: String(json.taskId),
			status: String(json.status),
			...(typeof json.sha256 === 'string' && { sha256: json.sha256 }),
			file: (ours[index]?.binary as { data?: { id?: string } } | undefined)?.data?.id,
		})),
		error: data.resultData.error?.message ?? '',
		taskIds: [...new Set(JSON.stringify(data).match(/n41\w+?_flux2/g) ?? [])],
	};
}

export const itemsOf = (outcomes: readonly Outcome[]): Item[] =>
	outcomes.flatMap(({ items }) => items);

/** Every task that some execution names. */
export const tasksIn = (outcomes: readonly Outcome[]): Set<string> =>
	new Set(outcomes.flatMap(({ taskIds }) => taskIds));

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** How many of the images n8n shows in the output panel of its editor. */
export async function shownInEditor(api: N8nApi, outcomes: readonly Outcome[]): Promise<number> {
	let shown = 0;
	for (const { file } of itemsOf(outcomes)) {
		if (file === undefined) continue;
		const bytes = await api.session
			.bytes(`/binary-data?id=${encodeURIComponent(file)}&action=view&mimeType=image/png`)
			.catch(() => undefined);
		if (bytes?.subarray(0, 4).equals(png)) shown += 1;
	}
	return shown;
}
