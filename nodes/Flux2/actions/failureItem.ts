import type { INodeExecutionData } from 'n8n-workflow';
import { errorCodeOf } from '../api/errorCodes';
import { chargedBy, statusOf, type Flux2Failure } from '../api/failures';
import type { NodeContext } from '../transport/credential';
import { errorMessage } from '../transport/errorMessages';
import { toNodeError } from '../transport/nodeErrors';

/** Message and description of a failure, as one text. */
export function errorText(failure: Flux2Failure): string {
	const { message, description } = errorMessage(failure);
	return [message, description].filter(Boolean).join('. ').replaceAll('..', '.');
}

/** What a workflow can branch on, and what identifies the request. */
export function failureJson(error: Flux2Failure): INodeExecutionData['json'] {
	const { failure, taskId, request } = error;
	const charged = chargedBy(failure);
	return {
		error: errorText(error),
		errorCode: errorCodeOf(failure),
		status: statusOf(failure, taskId !== undefined),
		// E.g. cancelled: that cost nothing, but its task did.
		charged: charged === 'no' && taskId !== undefined ? 'yes' : charged,
		...(taskId !== undefined && { taskId }),
		...(request && { prompt: request.prompt, createdAt: request.sentAt }),
	};
}

/**
 * The output of a failed item, for "Continue (using error output)" and the like. n8n moves an item to
 * the error output by its `error`, and then, if it is still there, replaces the JSON by that error's
 * message alone. Not being enumerable it moves the item and is not copied along with it.
 *
 * @param isStored whether n8n stores the item before it sorts it, as in a waiting execution: only an
 *   enumerable `error` survives that, at the price of the other fields. The task ID is in its text.
 */
export function failureItem(
	ctx: NodeContext,
	failure: Flux2Failure,
	item: number,
	isStored = false,
): INodeExecutionData {
	const output: INodeExecutionData = { json: failureJson(failure), pairedItem: { item } };
	if (ctx.getNode().onError !== 'continueErrorOutput') return output;
	const value = isStored
		? { message: output.json.error }
		: toNodeError(ctx.getNode(), failure, item);
	// n8n 1.85 clears it while it sorts the items.
	return Object.defineProperty(output, 'error', { value, enumerable: isStored, writable: true });
}
