import type { IDataObject, NodeExecutionHint } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import { isFailed, isPending, type Result } from './result';

const ISSUES = 'https://github.com/n8n-nodes-flux2/n8n-nodes-flux2/issues';

const some = (count: number, one: string, many: string): string[] =>
	count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

const jsonOf = ({ outcome }: Result): IDataObject =>
	outcome instanceof Flux2Failure ? {} : outcome.json;

function failedPart(results: readonly Result[]): string[] {
	const failed = results.filter(isFailed);
	const ids = failed.flatMap(({ outcome }) => outcome.taskId ?? []);
	const named =
		ids.length === 0 ? '' : ` (${ids.length === 1 ? 'task' : 'tasks'} ${ids.join(', ')})`;
	return failed.length === 0 ? [] : [`${failed.length} failed${named}`];
}

function costPart(results: readonly Result[]): string[] {
	const credits = results.reduce(
		(sum, result) => sum + Number(jsonOf(result).creditsEstimated ?? 0),
		0,
	);
	if (credits === 0) return [];
	const isSure = !results.some(({ hasAdditionalFields }) => hasAdditionalFields);
	return [
		`estimated cost ${credits} credits${isSure ? '' : ' (may differ with Additional Body Fields)'}`,
	];
}

/** Asks for a report of a response whose format this version does not know. */
function unknownFormat(results: readonly Result[]): string {
	const unknown = results.find(({ unknownKeys }) => unknownKeys !== undefined);
	if (unknown === undefined) return '';
	const isProven = 'binary' in unknown.outcome && unknown.outcome.binary !== undefined;
	const check = isProven ? '' : ' It was not downloaded, so check that it is an image.';
	return `. API in One answered in an unknown format; the image was under "${String(unknown.unknownKeys?.[0])}".${check} Please report it at ${ISSUES}.`;
}

/**
 * What a run generated and what that is estimated to cost, for the line above the output; undefined for
 * a run that generated nothing.
 */
export function summarize(
	results: readonly Result[],
): Pick<NodeExecutionHint, 'message' | 'type'> | undefined {
	const tasks = results.filter((result) => !isFailed(result));
	const pending = tasks.filter(isPending).length;
	const failed = failedPart(results);
	const undelivered = tasks.filter((task) => jsonOf(task).downloadError !== undefined).length;
	const parts = [
		...some(tasks.length - pending, 'image', 'images'),
		...some(pending, 'image in progress', 'images in progress'),
		...costPart(results),
		...failed,
		...some(undelivered, 'image could not be downloaded', 'images could not be downloaded'),
	];
	if (parts.length === 0) return undefined;
	const note = unknownFormat(results);
	const isWarning = failed.length + undelivered > 0 || note !== '';
	return { message: parts.join(', ') + note, type: isWarning ? 'warning' : 'info' };
}
