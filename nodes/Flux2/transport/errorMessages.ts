import { DEFAULT_BASE_URL } from '../api/contract';
import { chargedBy, type Flux2Failure, type Failure } from '../api/failures';

/** What a user reads: what happened, and below it what it cost and what to do next. */
export interface ErrorMessage {
	message: string;
	description: string;
}

const LOG_NAMES_TASKS =
	'The log of n8n names each of its tasks as "Flux 2 ordered task …", and the operation "Get Task" brings their images.';

const NOTHING_CHARGED = 'Nothing was charged.';

/** What a task that exists has cost, and how its image is still to be had. */
function taskAdvice(failure: Failure, taskId: string): string {
	const getTask = `run the operation "Get Task" with the task ID ${taskId}`;
	switch (failure.kind) {
		case 'task-failed':
			return '';
		case 'no-image':
			return `It may have been charged. To look at it again, ${getTask}, or ask API in One about it.`;
		case 'cancelled':
			return `The image is ordered and not lost: ${getTask}. To run the workflow again would order another one.`;
		case 'api-error':
			// Perhaps nobody ever ordered it: the ID may be mistyped.
			if (failure.code === 404)
				return 'If one of your workflows ordered it, it may have been charged: look it up in your API in One account.';
	}
	return `The image is ordered and not lost: ${getTask}, or retry this execution, which goes on with this task.`;
}

function whatItCost(error: Flux2Failure): string {
	const { failure, taskId, request } = error;
	if (taskId !== undefined) return taskAdvice(failure, taskId);
	if (chargedBy(failure) === 'no') return NOTHING_CHARGED;
	const what =
		request === undefined ? '' : ` It asked for "${request.prompt}" at ${request.sentAt}.`;
	return `This image may have been charged, so it was not ordered again.${what} Look it up in your API in One account before you run the workflow again.`;
}

const quoted = (text: string): string => (text === '' ? '' : ` It says: "${text}".`);

/** Not said of an order that may have been charged: trying again could buy it twice. */
function later(failure: Extract<Failure, { kind: 'api-error' }>): string {
	const advice = chargedBy(failure) === 'maybe' ? '' : 'Try again later.';
	return `${advice}${quoted(failure.text)}`.trim();
}

function rateLimitAdvice({ asked, retryAfterMs }: Extract<Failure, { kind: 'api-error' }>): string {
	switch (asked) {
		case 'again':
			return 'It was asked again until the time limit. Raise "Timeout (Seconds)", or lower "Max Parallel".';
		case 'not at all':
			return 'It asked to wait for longer than the time limit, so this request was not sent. Try again later.';
		default:
			return retryAfterMs === undefined
				? 'Try again later.'
				: `Try again in ${Math.ceil(retryAfterMs / 1_000)} seconds.`;
	}
}

function refusal(failure: Extract<Failure, { kind: 'api-error' }>): ErrorMessage {
	const { code, text, step } = failure;
	switch (code) {
		case 401:
		case 403:
			return {
				message: 'API in One refused the API key',
				description: `Check the key in the API in One credential.${quoted(text)}`,
			};
		case 402:
			return {
				message: 'Your API in One account does not have enough credits',
				description: `Top up the account, then press "Retry" in the list of executions.${quoted(text)}`,
			};
		case 400:
		case 422:
			return {
				message: `API in One did not accept the request${text === '' ? '' : `: ${text}`}`,
				description: 'Check the fields of this node.',
			};
		case 404:
			return step === 'poll'
				? {
						message: 'API in One knows no task with this ID',
						description: `Check the task ID, and that the credential is of the account that ordered it.${quoted(text)}`,
					}
				: {
						message: 'API in One does not know this address',
						description: `Check the base URL in the credential: for the real service it is ${DEFAULT_BASE_URL}.${quoted(text)}`,
					};
		case 429:
			return {
				message: 'API in One takes no more requests at the moment',
				description: `${rateLimitAdvice(failure)}${quoted(text)}`,
			};
		case 455:
		case 503:
			return { message: 'API in One is under maintenance', description: later(failure) };
		default:
			return {
				message: `API in One answered with an error (${code})`,
				description: later(failure),
			};
	}
}

function whatHappened(failure: Failure): ErrorMessage {
	switch (failure.kind) {
		case 'invalid-input':
			return { message: failure.problem, description: failure.advice };
		case 'api-error':
			return refusal(failure);
		case 'redirected':
			return {
				message: 'API in One sent the request on to another address',
				description: `It was not followed to ${failure.host}, to protect your API key. Check the base URL in the credential.`,
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
				message: 'API in One gave an answer that cannot be read',
				description: `The answer was: ${failure.excerpt}.`,
			};
		case 'unconfirmed':
			return {
				message: 'An earlier try may already have paid for this image',
				description: `It was sent at ${failure.sentAt}, and no clear answer came. To order it again all the same, press "Retry" in the list of executions.`,
			};
		case 'restarted':
			return failure.by === 'second'
				? {
						message: 'n8n has begun this execution a second time, so nothing was ordered again',
						description: `The first time it was cut off. ${LOG_NAMES_TASKS} To order all of them again, press "Retry" in the list of executions.`,
					}
				: {
						message: 'The execution that you retry was cut off, so nothing was ordered again',
						description: `It had begun to order, and n8n does not know what. ${LOG_NAMES_TASKS} To order all of them again, press "Retry" on this new execution.`,
					};
		case 'task-failed':
			return {
				message: `The image could not be made: ${failure.reason}`,
				description:
					'API in One says it bills only successful images, so this one should be free. Change the prompt or the reference images and run it again.',
			};
		case 'no-image':
			return {
				message: 'The task is done, but the answer names no image',
				description: `The answer was: ${failure.excerpt}.`,
			};
		case 'timeout': {
			const word =
				failure.providerStatus === '' ? '' : ` Its last status was "${failure.providerStatus}".`;
			const trouble =
				failure.lastError === undefined ? '' : ` The last look failed: ${failure.lastError}.`;
			return {
				message: `The image was not ready after ${failure.seconds} seconds`,
				description: `${word}${trouble}`.trim(),
			};
		}
		case 'unexpected':
			return { message: `Something unexpected went wrong: ${failure.text}`, description: '' };
		case 'daily-credit-limit':
			return {
				message: `Daily credit limit reached: ${failure.limit} credits in 24 hours`,
				description: `This image costs an estimated ${failure.credits} credits, and this n8n process has used ${failure.spent} in the last 24 hours. Raise "Daily Credit Limit" in the API in One credential, or try again later.`,
			};
		case 'not-created':
			return { message: 'Not ordered, because another image of this run failed', description: '' };
		case 'cancelled':
			return { message: 'The execution was cancelled', description: '' };
	}
}

/** The sentences for a failure. They never hold the key: what came from outside was redacted. */
export function errorMessage(error: Flux2Failure): ErrorMessage {
	const { message, description } = whatHappened(error.failure);
	const task = error.taskId === undefined ? '' : ` (task ${error.taskId})`;
	return {
		message: `${message}${task}`,
		description: [description, whatItCost(error)].filter(Boolean).join(' '),
	};
}
