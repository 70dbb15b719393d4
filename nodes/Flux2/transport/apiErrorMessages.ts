import { DEFAULT_BASE_URL, MAINTENANCE_CODES } from '../api/contract';
import { isContentModerated } from '../api/errorCodes';
import { chargedBy, type Failure } from '../api/failures';

/** What a user reads: what happened, and below it what it cost and what to do next. */
export interface ErrorMessage {
	message: string;
	description: string;
}

/** The service's own text, as a sentence that may follow another one. */
export const quoted = (text: string): string => (text === '' ? '' : ` API in One says: "${text}".`);

type ApiError = Extract<Failure, { kind: 'api-error' }>;

/**
 * Not said of what may have been charged: a create that is tried again could be paid for twice, and of
 * a task that exists the advice is another one.
 */
const tryLater = (failure: ApiError): string =>
	chargedBy(failure) === 'no' ? 'Try again later.' : '';

function notFoundMessage({ step, text }: ApiError): ErrorMessage {
	return step === 'poll'
		? {
				message: 'Task not found',
				description: `Check the task ID, and that the credential belongs to the account that created the task.${quoted(text)}`,
			}
		: {
				message: 'API in One does not know this address',
				description: `Check the base URL in the credential: for API in One it is ${DEFAULT_BASE_URL}.${quoted(text)}`,
			};
}

function rateLimitAdvice(failure: ApiError): string {
	const { asked, retryAfterMs } = failure;
	switch (asked) {
		case 'again':
			return 'The request was sent again until the time limit. Raise "Timeout (Seconds)", or lower "Max Concurrent Images".';
		case 'not at all':
			return 'API in One asked to wait for longer than the time limit, so this request was not sent. Try again later.';
		default:
			return retryAfterMs === undefined
				? tryLater(failure)
				: `Try again in ${Math.ceil(retryAfterMs / 1_000)} seconds.`;
	}
}

/** What an error of the service means to a user. Its own text is passed on. */
export function apiErrorMessage(failure: ApiError): ErrorMessage {
	const { code, text } = failure;
	if (isContentModerated(failure))
		return {
			message: `API in One refused the content: ${text}`,
			description:
				'The prompt or a reference image was probably refused, so the same request will be refused again. Change it first.',
		};
	if (MAINTENANCE_CODES.has(code))
		return {
			message: 'API in One is under maintenance',
			description: `${tryLater(failure)}${quoted(text)}`.trim(),
		};
	switch (code) {
		case 401:
		case 403:
			return {
				message: 'Invalid API key',
				description: `Check the key in the API in One credential.${quoted(text)}`,
			};
		case 402:
			return {
				message: 'Your API in One account does not have enough credits',
				description: `Top up the account, then retry this execution from the executions list.${quoted(text)}`,
			};
		case 400:
		case 422:
			return {
				message: `API in One rejected the request${text === '' ? '' : `: ${text}`}`,
				description: 'Check the fields of this node.',
			};
		case 404:
			return notFoundMessage(failure);
		case 429:
			return {
				message: 'API in One rate limit reached',
				description: `${rateLimitAdvice(failure)}${quoted(text)}`.trim(),
			};
		default:
			return {
				message: `API in One returned an error (${code})`,
				description: `${tryLater(failure)}${quoted(text)}`.trim(),
			};
	}
}
