import { Container } from './n8nInternals.mts';
import { BinaryDataConfig, BinaryDataService, TEMP_EXECUTION_ID } from 'n8n-core';
import type { IBinaryData, IRun, WorkflowExecuteMode } from 'n8n-workflow';

/**
 * Files that a trigger's `webhook()` stores belong to the execution "temp", since no execution exists
 * yet. When the run ends n8n moves them to the execution's own folder, and signed links created
 * before stop working.
 */
export async function restoreBinaryIds(
	run: IRun,
	executionId: string,
	mode: WorkflowExecuteMode,
): Promise<void> {
	if (mode !== 'webhook' || Container.get(BinaryDataConfig).mode === 'default') return;
	const moved = new Map<string, string>();
	for (const binary of binariesOf(run)) {
		const [store, fileId] = (binary.id ?? '').split(':');
		if (!fileId?.includes(`/${TEMP_EXECUTION_ID}/`)) continue;
		const own = fileId.replace(`/${TEMP_EXECUTION_ID}/`, `/${executionId}/`);
		if (!moved.has(fileId)) {
			moved.set(fileId, own);
			await Container.get(BinaryDataService).rename(fileId, own);
		}
		binary.id = `${store}:${own}`;
	}
}

function binariesOf(run: IRun): Set<IBinaryData> {
	const tasks = Object.values(run.data.resultData.runData).flat();
	const items = tasks.flatMap((task) => (task.data?.main ?? []).flatMap((output) => output ?? []));
	return new Set(items.flatMap((item) => Object.values(item.binary ?? {})));
}
