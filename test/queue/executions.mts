import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nApi } from '../../host/n8nApi.mts';

/** One item of the workflow's last node, which has read the image file. */
export interface ImageItem {
	taskId: string;
	status: string;
	/** Hash of the file as this node read it. */
	sha256?: string;
	/** n8n's ID of the file. */
	fileId?: string;
}

/** What a finished execution has stored. */
export interface ExecutionResult {
	id: string;
	status: string;
	/** The output of the node "Images", the last one of the workflow. */
	items: ImageItem[];
	error: string;
	/** All task IDs in the stored execution, in items or in errors. */
	taskIds: string[];
}

export interface ListedExecution {
	id: string;
	status: string;
}

const activeStatuses = ['new', 'running'];

/** All executions of a workflow. */
export async function listExecutions(api: N8nApi, workflowId: string): Promise<ListedExecution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const executions = new Map<string, ListedExecution>();
	let page = '';
	for (;;) {
		const { results, nextCursor } = await api.session.get<{
			results: ListedExecution[];
			nextCursor?: string | null;
		}>(`/executions?limit=100&filter=${filter}${page}`);
		// Running executions are on every page.
		for (const execution of results) executions.set(execution.id, execution);
		if (!nextCursor) return [...executions.values()];
		page = `&cursor=${encodeURIComponent(nextCursor)}`;
	}
}

/** Waits until a workflow has at least `count` executions, all with an expected status. */
export async function waitForExecutions(
	api: N8nApi,
	workflowId: string,
	{
		count,
		hasStatus,
		timeoutMs,
	}: { count: number; hasStatus: (status: string) => boolean; timeoutMs: number },
): Promise<ListedExecution[]> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const all = await listExecutions(api, workflowId);
		if (all.length >= count && all.every(({ status }) => hasStatus(status))) return all;
		if (Date.now() > deadline)
			throw new Error(
				`Timed out after ${timeoutMs / 1000} s waiting for ${count} executions; their statuses: ${JSON.stringify(countByStatus(all))}`,
			);
		await sleep(500);
	}
}

export const isInactive = (status: string): boolean => !activeStatuses.includes(status);
export const isFinished = (status: string): boolean => isInactive(status) && status !== 'waiting';
export const isWaiting = (status: string): boolean => status === 'waiting';

/** The number of executions with each status. */
export function countByStatus(executions: readonly ListedExecution[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status } of executions) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}

/** Reads the stored data of executions, ten at a time. */
export async function readResults(
	api: N8nApi,
	executions: readonly ListedExecution[],
): Promise<ExecutionResult[]> {
	const results: ExecutionResult[] = [];
	for (let from = 0; from < executions.length; from += 10)
		results.push(
			...(await Promise.all(
				executions.slice(from, from + 10).map(async ({ id }) => await readResult(api, id)),
			)),
		);
	return results;
}

async function readResult(api: N8nApi, id: string): Promise<ExecutionResult> {
	const { status, data } = await api.execution(id);
	const { runData } = data.resultData;
	const outputOf = (name: string) => runData[name]?.[0]?.data?.main[0] ?? [];
	const fluxItems = outputOf('Flux 2').concat(outputOf('Flux 2 Trigger'));
	return {
		id,
		status,
		items: outputOf('Images').map(({ json }, index) => ({
			taskId: String(json.taskId),
			status: String(json.status),
			...(typeof json.sha256 === 'string' && { sha256: json.sha256 }),
			fileId: (fluxItems[index]?.binary as { data?: { id?: string } } | undefined)?.data?.id,
		})),
		error: data.resultData.error?.message ?? '',
		taskIds: [...new Set(JSON.stringify(data).match(/n41\w+?_flux2/g) ?? [])],
	};
}

export const itemsOf = (results: readonly ExecutionResult[]): ImageItem[] =>
	results.flatMap(({ items }) => items);

/** All task IDs in these executions. */
export const taskIdsIn = (results: readonly ExecutionResult[]): Set<string> =>
	new Set(results.flatMap(({ taskIds }) => taskIds));

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** How many of the images the editor can load in its output panel. */
export async function countShownInEditor(
	api: N8nApi,
	results: readonly ExecutionResult[],
): Promise<number> {
	let count = 0;
	for (const { fileId } of itemsOf(results)) {
		if (fileId === undefined) continue;
		const bytes = await api.session
			.bytes(`/binary-data?id=${encodeURIComponent(fileId)}&action=view&mimeType=image/png`)
			.catch(() => undefined);
		if (bytes?.subarray(0, 4).equals(png)) count += 1;
	}
	return count;
}
