import type { INodeExecutionData } from 'n8n-workflow';
import { chargedBy, type Flux2Failure } from '../api/failures';
import type { NodeContext } from '../transport/credential';
import { toNodeError, operationError } from '../transport/nodeErrors';
import { errorMessage, type ErrorMessage } from '../transport/errorMessages';
import type { Run } from './run';
import { isFailure, summarize, type Result } from './summary';

const oneLine = (failure: Flux2Failure): string => {
	const { message, description } = errorMessage(failure);
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
export function failureItem(
	ctx: NodeContext,
	failure: Flux2Failure,
	item: number,
	isStored = false,
): INodeExecutionData {
	const message = oneLine(failure);
	const output: INodeExecutionData = {
		json: {
			error: message,
			...(failure.taskId === undefined ? {} : { taskId: failure.taskId }),
			status: 'failed',
		},
		pairedItem: { item },
	};
	if (ctx.getNode().onError !== 'continueErrorOutput') return output;
	const value = isStored ? { message } : toNodeError(ctx.getNode(), failure, item);
	return Object.defineProperty(output, 'error', { value, enumerable: isStored });
}

function lineOf(result: Result, index: number): string {
	if (isFailure(result)) return `Item ${index}: ${oneLine(result)}`;
	const { taskId, status, imageUrls } = result.json;
	const where = Array.isArray(imageUrls) && imageUrls.length > 0 ? `: ${imageUrls.join(' ')}` : '';
	return `Item ${index}: task ${String(taskId)} ${String(status)}${where}`;
}

/**
 * The sentences for a run in which something failed. Every task is named with what became of it, so
 * that nothing that was paid for is out of sight.
 */
function runErrorMessage(results: readonly Result[], cancelled: boolean): ErrorMessage {
	const failures = results.filter(isFailure);
	const telling = failures.filter(({ failure }) => failure.kind !== 'not-created');
	const message = cancelled
		? 'The execution was cancelled; images that were already ordered are listed below'
		: `${telling.length} of ${results.length} images failed: ${errorMessage(telling[0] ?? (failures[0] as Flux2Failure)).message}`;
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
export function report(
	{ ctx, continueOnFail }: Run,
	results: readonly Result[],
): INodeExecutionData[] {
	const cancelled = ctx.getExecutionCancelSignal()?.aborted ?? false;
	const [first] = results.filter(isFailure);
	if (cancelled || (first !== undefined && !continueOnFail)) {
		if (!cancelled && results.length === 1) throw toNodeError(ctx.getNode(), first, 0);
		const sentences = runErrorMessage(results, cancelled);
		// Whoever presses stop never sees what the node throws: only n8n's log keeps it.
		if (cancelled && results.some(mayHaveCost))
			ctx.logger.warn(`${sentences.message}\n${sentences.description}`);
		throw operationError(ctx.getNode(), sentences);
	}
	const hint = summarize(results);
	if (hint !== undefined) ctx.addExecutionHints({ ...hint, location: 'outputPane' });
	return results.map((result, item) =>
		isFailure(result) ? failureItem(ctx, result, item) : { ...result, pairedItem: { item } },
	);
}
