const TYPES: Readonly<Record<number, string>> = {
	400: 'invalid_request_error',
	401: 'authentication_error',
	402: 'insufficient_credits',
	403: 'permission_error',
	404: 'not_found_error',
	422: 'invalid_request_error',
};

const WORDS: Readonly<Record<number, string>> = {
	400: 'Bad request',
	401: 'Invalid API key',
	402: 'Insufficient credits',
	403: 'This key may not use this model',
	404: 'Not found',
	422: 'Invalid parameters',
	429: 'Too many requests, please slow down',
	455: 'The service is under maintenance',
	500: 'Internal server error',
	501: 'Generation failed',
	502: 'Bad gateway',
	503: 'Service unavailable',
	504: 'Gateway timeout',
};

/** What the service says to a status when there is nothing more particular to say. */
export const wordsFor = (status: number): string => WORDS[status] ?? `Error ${status}`;

/**
 * The body of a refusal. What the service itself refuses comes in its published shape; what stands
 * in front of it (rate limit, maintenance, 5xx) answers flat, as on sites of its family.
 */
export function refusalBody(status: number, message: string): object {
	const type = TYPES[status];
	return type === undefined
		? { code: status, message }
		: { error: { code: status, message, type } };
}

/** Thrown by whatever refuses a request; the server turns it into the answer. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message = wordsFor(status),
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(message);
	}
}
