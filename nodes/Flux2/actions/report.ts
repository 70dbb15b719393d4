import type { INodeExecutionData } from 'n8n-workflow';
import { chargedBy, Flux2Failure } from '../api/failures';
import type { ErrorMessage } from '../transport/apiErrorMessages';
import { errorMessage } from '../transport/errorMessages';
import { operationError, toNodeError } from '../transport/nodeErrors';
import { errorText } from './failureItem';
import { isFailed, itemsOf, type Failed, type Result } from './result';
import type { Run } from './run';
import { summarize } from './summary';

function lineOf({ itemIndex, outcome }: Result): string {
	if (outcome instanceof Flux2Failure) return `Item ${itemIndex}: ${errorText(outcome)}`;
	const { taskId, status, imageUrls } = outcome.json;
	const where = Array.isArray(imageUrls) && imageUrls.length > 0 ? `: ${imageUrls.join(' ')}` : '';
	return `Item ${itemIndex}: task ${String(taskId)} ${String(status)}${where}`;
}

/** What to do about the tasks of a run in which something failed. */
function adviceFor({ ctx }: Run, cancelled: boolean): string {
	if (ctx.getNodeParameter('operation', 0, '') === 'getTask')
		return 'Running Get Task again is free and generates no new image.';
	// n8n stores a stopped execution as it began, so no retry can continue with its tasks.
	return cancelled
		? 'Get each of these tasks with the Get Task operation in a separate workflow. Running this workflow again generates new images.'
		: 'No task is lost. Retry this execution to continue with them, or get each with the Get Task operation in a separate workflow. Running this workflow again generates new images.';
}

/**
 * The error of a run in which something failed. Every task is named with what became of it, so that
 * nothing that was paid for is hidden.
 */
function runErrorMessage(
	run: Run,
	results: readonly Result[],
	failed: readonly Failed[],
	cancelled: boolean,
): ErrorMessage {
	const own = failed.filter(({ outcome }) => outcome.failure.kind !== 'not-created');
	const [first] = [...own, ...failed];
	const message =
		cancelled || first === undefined
			? 'The execution was cancelled. Images that were already requested are listed below.'
			: `${own.length} of ${results.length} images failed: ${errorMessage(first.outcome).message}`;
	const finished = results.length - failed.length;
	const lines = [finished === 0 ? '' : `${finished} finished.`, ...results.map(lineOf)];
	return { message, description: [adviceFor(run, cancelled), ...lines].filter(Boolean).join('\n') };
}

const mayHaveCost = ({ outcome }: Result): boolean =>
	!(outcome instanceof Flux2Failure) ||
	outcome.taskId !== undefined ||
	chargedBy(outcome.failure) !== 'no';

/**
 * The output of a run, in the order of its input, or its error.
 *
 * @throws NodeApiError | NodeOperationError where something failed and the node is to stop.
 */
export function report(run: Run, results: readonly Result[]): INodeExecutionData[] {
	const { ctx, continueOnFail } = run;
	const cancelled = ctx.getExecutionCancelSignal()?.aborted ?? false;
	const failed = results.filter(isFailed);
	if (cancelled || (failed.length > 0 && !continueOnFail)) {
		if (!cancelled && results.length === 1)
			throw toNodeError(ctx.getNode(), failed[0]?.outcome, failed[0]?.itemIndex);
		const error = runErrorMessage(run, results, failed, cancelled);
		// n8n shows nobody the error of a node that was stopped: only its log keeps it.
		if (cancelled && results.some(mayHaveCost))
			ctx.logger.warn(`${error.message}\n${error.description}`);
		throw operationError(ctx.getNode(), error);
	}
	const hint = summarize(results);
	if (hint !== undefined) ctx.addExecutionHints({ ...hint, location: 'outputPane' });
	return itemsOf(ctx, results);
}
