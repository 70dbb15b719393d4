import type { INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';

/** What came of one item: its output, or why there is none. */
export type Result = INodeExecutionData | Flux2Failure;

export const isFailure = (result: Result): result is Flux2Failure => result instanceof Flux2Failure;

const some = (count: number, one: string, many: string): string[] =>
	count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

function failedPart(failed: readonly Flux2Failure[]): string[] {
	const ids = failed.flatMap(({ taskId }) => taskId ?? []);
	const named =
		ids.length === 0 ? '' : ` (${ids.length === 1 ? 'task' : 'tasks'} ${ids.join(', ')})`;
	return failed.length === 0 ? [] : [`${failed.length} failed${named}`];
}

/**
 * What a run made and what that costs by the price list, for the line above the output; undefined for
 * a run that made nothing.
 */
export function summarize(
	results: readonly Result[],
): Pick<NodeExecutionHint, 'message' | 'type'> | undefined {
	const made = results.flatMap((result) => (isFailure(result) ? [] : [result.json]));
	const ready = made.filter(({ status }) => status === 'succeeded').length;
	const credits = made.reduce(
		(sum, { creditsEstimated }) => sum + Number(creditsEstimated ?? 0),
		0,
	);
	const failed = results.filter(isFailure);
	const undelivered = made.filter(({ downloadError }) => downloadError !== undefined).length;
	const parts = [
		...some(ready, 'image', 'images'),
		...some(made.length - ready, 'task not ready yet', 'tasks not ready yet'),
		...(credits === 0 ? [] : [`${credits} credits by the price list`]),
		...failedPart(failed),
		...some(undelivered, 'image could not be downloaded', 'images could not be downloaded'),
	];
	if (parts.length === 0) return undefined;
	return { message: parts.join(', '), type: failed.length + undelivered > 0 ? 'warning' : 'info' };
}
