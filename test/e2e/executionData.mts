import type { Execution } from '../../host/execution.mts';

/** One item of a stored execution. */
export interface OutputItem {
	json: Record<string, unknown>;
	binary?: Record<
		string,
		{ mimeType?: string; fileName?: string; fileSize?: string; id?: string; data?: string }
	>;
	pairedItem?: unknown;
}

/** The items of one output of a node in its last run. */
export function outputOf(execution: Execution, node = 'Flux 2', output = 0): OutputItem[] {
	const run = execution.data.resultData.runData[node]?.at(-1);
	return (run?.data?.main?.[output] ?? []) as OutputItem[];
}

/** The number of files in the items. */
export const countFiles = (items: readonly OutputItem[]): number =>
	items.reduce((sum, { binary = {} }) => sum + Object.keys(binary).length, 0);

/** The error that ended an execution. */
export const errorOf = (
	execution: Execution,
): { message: string; description?: string | null } | undefined => execution.data.resultData.error;

/** The hints that n8n shows above a node's output. */
export function hintsOf(execution: Execution, node = 'Flux 2'): string[] {
	const run = execution.data.resultData.runData[node]?.at(-1) as
		| { hints?: Array<{ message: string }> }
		| undefined;
	return (run?.hints ?? []).map(({ message }) => message);
}
