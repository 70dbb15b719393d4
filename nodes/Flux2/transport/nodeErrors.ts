import { NodeApiError, NodeOperationError, type INode, type JsonObject } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import { errorMessage, type ErrorMessage } from './errorMessages';

/**
 * An error whose message stays as it is. n8n replaces a message that contains, say, EEXIST, as
 * "preexisting" does, by its own words about network errors: the task ID would go with it.
 */
export function operationError(
	node: INode,
	{ message, description }: ErrorMessage,
	itemIndex?: number,
): NodeOperationError {
	const error = new NodeOperationError(node, message, { description, itemIndex });
	error.message = message;
	return error;
}

/**
 * Any failure as the error n8n shows. No request, answer or header is handed on: n8n keeps plain
 * objects it finds in an error in the stored execution.
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	if (!(error instanceof Flux2Failure)) {
		const message = error instanceof Error ? error.message : String(error);
		return new NodeOperationError(node, message, { itemIndex });
	}
	const sentences = errorMessage(error);
	const { failure } = error;
	if (failure.kind !== 'api-error') return operationError(node, sentences, itemIndex);
	const httpCode = String(failure.code);
	const bare: JsonObject = { message: sentences.message };
	const apiError = new NodeApiError(node, bare, { ...sentences, httpCode, itemIndex });
	apiError.message = sentences.message;
	return apiError;
}
