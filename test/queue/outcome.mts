import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nApi } from '../../host/rest.mts';

/** An execution as its user finds it in the list and behind it. */
export interface Outcome {
	id: string;
	status: string;
	/** What came out of the node "Images": everything a workflow could go on with. */
	items: Array<{ taskId: string; status: string; image?: string }>;
	error: string;
	/** Every task that the stored execution names anywhere, in an item or in an error. */
	taskIds: string[];
}

interface Listed {
	id: string;
	status: string;
}

const busy = ['new', 'running'];

/** All executions of a workflow, the newest first. */
export async function listed(api: N8nApi, workflowId: string): Promise<Listed[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const all: Listed[] = [];
	for (;;) {
		const before = all.at(-1) === undefined ? '' : `&lastId=${all.at(-1)?.id}`;
		const { results } = await api.session.get<{ results: Listed[] }>(
			`/executions?limit=100&filter=${filter}${before}`,
		);
		all.push(...results);
		if (results.length < 100) return all;
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
	const output = data.resultData.runData.Images?.[0]?.data?.main[0] ?? [];
	return {
		id,
		status,
		items: output.map(({ json, binary }) => ({
			taskId: String(json.taskId),
			status: String(json.status),
			image: (binary as { data?: { id?: string } } | undefined)?.data?.id,
		})),
		error: data.resultData.error?.message ?? '',
		taskIds: [...new Set(JSON.stringify(data).match(/n41\w+?_flux2/g) ?? [])],
	};
}

export const itemsOf = (outcomes: readonly Outcome[]): Outcome['items'] =>
	outcomes.flatMap(({ items }) => items);

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** How many images can be opened in n8n, of those that the items show. */
export async function imagesIn(api: N8nApi, outcomes: readonly Outcome[]): Promise<number> {
	let images = 0;
	for (const { image } of itemsOf(outcomes)) {
		if (image === undefined) continue;
		const bytes = await api.session.bytes(
			`/binary-data?id=${encodeURIComponent(image)}&action=view&mimeType=image/png`,
		);
		if (bytes.subarray(0, 4).equals(png)) images += 1;
	}
	return images;
}
