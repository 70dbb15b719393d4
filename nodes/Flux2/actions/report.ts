import type { INodeExecutionData } from 'n8n-workflow';
import { chargedBy, type Flux2Failure } from '../api/failures';
import type { Host } from '../transport/connect';
import { asNodeError, operationError } from '../transport/nodeErrors';
import { sentencesOf, type Sentences } from '../transport/sentences';
import type { Run } from './run';
import { isFailure, summaryOf, type Result } from './summary';

const onOneLine = (failure: Flux2Failure): string => {
	const { message, description } = sentencesOf(failure);
	return [message, description].filter(Boolean).join('. ').replaceAll('..', '.');
};

/**
 * The output of a failed item, for "Continue (using error output)" and the like. n8n moves an item to
 * the error output by its `error`, and then, if it is still there, replaces the JSON by that error's
 * message alone. Not being enumerable it moves the item and is not copied along with it.
 *
 * @param isStored whether the item is written down before n8n sorts it, as in a parked execution: only
 *   an enumerable `error` survives that, at the price of the other fields. The task stands in its text.
 */
export function failedItem(
	host: Host,
	failure: Flux2Failure,
	item: number,
	isStored = false,
): INodeExecutionData {
	const message = onOneLine(failure);
	const output: INodeExecutionData = {
		json: {
			error: message,
			...(failure.taskId === undefined ? {} : { taskId: failure.taskId }),
			status: 'failed',
		},
		pairedItem: { item },
	};
	if (host.getNode().onError !== 'continueErrorOutput') return output;
	const value = isStored ? { message } : asNodeError(host.getNode(), failure, item);
	return Object.defineProperty(output, 'error', { value, enumerable: isStored });
}

function lineOf(result: Result, index: number): string {
	if (isFailure(result)) return `Item ${index}: ${onOneLine(result)}`;
	const { taskId, status, imageUrls } = result.json;
	const where = Array.isArray(imageUrls) && imageUrls.length > 0 ? `: ${imageUrls.join(' ')}` : '';
	return `Item ${index}: task ${String(taskId)} ${String(status)}${where}`;
}

/**
 * The sentences for a run in which something failed. Every task is named with what became of it, so
 * that nothing that was paid for is out of sight.
 */
function sentencesOfAll(results: readonly Result[], cancelled: boolean): Sentences {
	const failures = results.filter(isFailure);
	const telling = failures.filter(({ failure }) => failure.kind !== 'not-ordered');
	const message = cancelled
		? 'The execution was cancelled; images that were already ordered are listed below'
		: `${telling.length} of ${results.length} images failed: ${sentencesOf(telling[0] ?? (failures[0] as Flux2Failure)).message}`;
	// n8n writes a stopped execution over with its beginning, so that no retry can go on with it.
	const wayOn = cancelled
		? '"Get Task" brings each of these tasks; to run the workflow again would order anew.'
		: 'Nothing that was ordered is lost: "Retry" in the list of executions goes on with these tasks, and "Get Task" brings each of them.';
	const finished = results.length - failures.length;
	const description = [wayOn, finished === 0 ? '' : `${finished} finished.`, ...results.map(lineOf)]
		.filter(Boolean)
		.join('\n');
	return { message, description };
}

const mayHaveCost = (result: Result): boolean =>
	!isFailure(result) || result.taskId !== undefined || chargedBy(result.failure) !== 'no';

/**
 * The output of a run, in the order of its input, or its error.
 *
 * @throws NodeApiError | NodeOperationError where something failed and the node is to stop.
 */
export function report({ host, goesOn }: Run, results: readonly Result[]): INodeExecutionData[] {
	const cancelled = host.getExecutionCancelSignal()?.aborted ?? false;
	const [first] = results.filter(isFailure);
	if (cancelled || (first !== undefined && !goesOn)) {
		if (!cancelled && results.length === 1) throw asNodeError(host.getNode(), first, 0);
		const sentences = sentencesOfAll(results, cancelled);
		// Whoever presses stop never sees what the node throws: only n8n's log keeps it.
		if (cancelled && results.some(mayHaveCost))
			host.logger.warn(`${sentences.message}\n${sentences.description}`);
		throw operationError(host.getNode(), sentences);
	}
	const hint = summaryOf(results);
	if (hint !== undefined) host.addExecutionHints({ ...hint, location: 'outputPane' });
	return results.map((result, item) =>
		isFailure(result) ? failedItem(host, result, item) : { ...result, pairedItem: { item } },
	);
}
