import type { Execution } from '../../host/rest.mts';

/** One item as n8n stored it. */
export interface Item {
	json: Record<string, unknown>;
	binary?: Record<
		string,
		{ mimeType?: string; fileName?: string; fileSize?: string; id?: string; data?: string }
	>;
	pairedItem?: unknown;
}

/** What a node gave in its last run of an execution, by output. */
export function outputOf(execution: Execution, node = 'Flux 2', output = 0): Item[] {
	const run = execution.data.resultData.runData[node]?.at(-1);
	return (run?.data?.main?.[output] ?? []) as Item[];
}

/** Files among the items. */
export const imagesIn = (items: readonly Item[]): number =>
	items.reduce((sum, { binary = {} }) => sum + Object.keys(binary).length, 0);

/** The error an execution ended with. */
export const errorOf = (
	execution: Execution,
): { message: string; description?: string | null } | undefined => execution.data.resultData.error;

/** The lines n8n shows above a node's output. */
export function hintsOf(execution: Execution, node = 'Flux 2'): string[] {
	const run = execution.data.resultData.runData[node]?.at(-1) as
		| { hints?: Array<{ message: string }> }
		| undefined;
	return (run?.hints ?? []).map(({ message }) => message);
}
