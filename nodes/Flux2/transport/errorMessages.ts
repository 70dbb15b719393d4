import { isContentModerated } from '../api/errorCodes';
import type { Failure, Flux2Failure } from '../api/failures';
import { apiErrorMessage, quoted, type ErrorMessage } from './apiErrorMessages';
import { costAdvice } from './costAdvice';

const LOG_NAMES_TASKS =
	'The n8n log names each of its tasks as "Flux 2 created task …": get their images with the Get Task operation.';

function restartedMessage(by: 'restarted' | 'retry'): ErrorMessage {
	return by === 'restarted'
		? {
				message: 'n8n restarted this execution, so no image was generated again',
				description: `It was interrupted the first time. ${LOG_NAMES_TASKS} To generate all images again, retry this execution from the executions list.`,
			}
		: {
				message: 'The execution you retried was interrupted, so no image was generated again',
				description: `It had started to generate images, and n8n does not know which. ${LOG_NAMES_TASKS} To generate all images again, retry this new execution from the executions list.`,
			};
}

function taskFailedMessage(failure: Extract<Failure, { kind: 'task-failed' }>): ErrorMessage {
	const message = `Image generation failed: ${failure.reason}`;
	return isContentModerated(failure)
		? {
				message,
				description:
					'The prompt or a reference image was probably refused for its content, so the same request will be refused again. Change it first.',
			}
		: { message, description: 'Change the prompt or the reference images and try again.' };
}

function timeoutMessage(failure: Extract<Failure, { kind: 'timeout' }>): ErrorMessage {
	const status =
		failure.providerStatus === '' ? '' : `Its last status was "${failure.providerStatus}".`;
	const error =
		failure.lastError === undefined ? '' : `The last status check failed: ${failure.lastError}.`;
	return {
		message: `The image was not ready after ${failure.seconds} seconds`,
		description: [status, error].filter(Boolean).join(' '),
	};
}

function limitMessage(
	failure: Extract<Failure, { kind: 'credit-limit' | 'daily-credit-limit' }>,
): ErrorMessage {
	const { credits, limit, held } = failure;
	if (failure.kind === 'credit-limit')
		return {
			message: `Estimated cost of ${credits} credits exceeds Max Credits (${limit})`,
			description: `${held === 0 ? '' : `${held} of them were already requested in this execution. `}Raise Max Credits under Options, choose a lower resolution or mode Pro, or send fewer items.`,
		};
	return {
		message: `Another ${credits} credits would exceed the daily credit limit (${limit})`,
		description: `This n8n process has requested images for ${held} credits in the last 24 hours. Raise the limit in the API in One credential, or wait.`,
	};
}

function describe(failure: Failure): ErrorMessage {
	switch (failure.kind) {
		case 'invalid-input':
			return { message: failure.problem, description: failure.advice };
		case 'credit-limit':
		case 'daily-credit-limit':
			return limitMessage(failure);
		case 'api-error':
			return apiErrorMessage(failure);
		case 'blocked-by-firewall':
			return {
				message: 'The firewall of API in One blocked the request',
				description: `This is not about your API key: the firewall does not accept the address of your n8n instance. Ask API in One to allow it.${quoted(failure.text)}`,
			};
		case 'redirected':
			return {
				message: 'API in One redirected the request',
				description: `The redirect to ${failure.host} was not followed, to protect your API key. Check the base URL in the credential.`,
			};
		case 'no-answer':
			return failure.sent
				? { message: 'API in One did not answer', description: `Reason: ${failure.code}.` }
				: {
						message: 'API in One cannot be reached',
						description: `Reason: ${failure.code}. Check the network of n8n and the base URL in the credential.`,
					};
		case 'unreadable-answer':
			return {
				message: 'Unexpected response from API in One',
				description: `The response was: ${failure.excerpt}.`,
			};
		case 'unconfirmed':
			return {
				message: 'An earlier attempt may already have been charged for this image',
				description: `It was sent at ${failure.sentAt}${failure.reason === undefined ? '' : ` and ended with: ${failure.reason}`}. To generate the image all the same, retry this execution from the executions list.`,
			};
		case 'restarted':
			return restartedMessage(failure.by);
		case 'task-failed':
			return taskFailedMessage(failure);
		case 'no-image':
			return {
				message: 'The task is completed, but the response contains no image',
				description: `The response was: ${failure.excerpt}.`,
			};
		case 'timeout':
			return timeoutMessage(failure);
		case 'unexpected':
			return { message: `Unexpected error: ${failure.text}`, description: '' };
		case 'not-created':
			return {
				message: 'Not generated, because another image of this run failed',
				description: '',
			};
		case 'cancelled':
			return { message: 'The execution was cancelled', description: '' };
	}
}

/**
 * What a user reads of a failure: what happened, then what it cost, then what to do. It never holds the
 * key: what came from outside was redacted.
 */
export function errorMessage(error: Flux2Failure): ErrorMessage {
	const { message, description } = describe(error.failure);
	const task = error.taskId === undefined || error.taskId === '' ? '' : ` (task ${error.taskId})`;
	return {
		message: `${message}${task}`,
		description: [costAdvice(error), description].filter(Boolean).join(' '),
	};
}
