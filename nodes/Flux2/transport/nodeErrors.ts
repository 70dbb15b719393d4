import {
	NodeApiError,
	NodeOperationError,
	type INode,
	type JsonObject,
	type NodeError,
} from 'n8n-workflow';
import { errorCodeOf } from '../api/errorCodes';
import { Flux2Failure, type Failure } from '../api/failures';
import { errorMessage } from './errorMessages';
import type { ErrorMessage } from './apiErrorMessages';

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
 * Why the operation failed, in n8n's own terms (n8n-workflow 2.41, `errors/failure`). n8n 1.x does not
 * read it.
 */
function causeOf(failure: Failure): NodeError['failure'] {
	const code = errorCodeOf(failure);
	switch (code) {
		case 'rate-limited': {
			const retryAfterMs = 'retryAfterMs' in failure ? failure.retryAfterMs : undefined;
			return { cause: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) };
		}
		case 'insufficient-credits':
		case 'daily-credit-limit':
			return { cause: 'quota-exhausted' };
		case 'maintenance':
		case 'service-error':
		case 'unreachable':
		case 'no-answer':
		case 'timeout':
			return { cause: 'temporarily-unavailable' };
		case 'invalid-api-key':
			return { cause: 'credential-invalid' };
		case 'invalid-input':
		case 'credit-limit':
		case 'request-rejected':
		case 'task-not-found':
		case 'redirected':
			return { cause: 'configuration-invalid' };
		case 'unexpected':
			return { cause: 'node-defect' };
		default:
			return undefined;
	}
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
	const { failure } = error;
	const text = errorMessage(error);
	const nodeError =
		failure.kind === 'api-error'
			? apiError(node, text, failure.code, itemIndex)
			: operationError(node, text, itemIndex);
	const cause = causeOf(failure);
	if (cause !== undefined) nodeError.failure = cause;
	return nodeError;
}

function apiError(
	node: INode,
	text: ErrorMessage,
	code: number,
	itemIndex: number | undefined,
): NodeApiError {
	const bare: JsonObject = { message: text.message };
	const error = new NodeApiError(node, bare, { ...text, httpCode: String(code), itemIndex });
	error.message = text.message;
	return error;
}
