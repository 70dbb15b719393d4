const TYPES: Readonly<Record<number, string>> = {
	400: 'invalid_request_error',
	401: 'authentication_error',
	402: 'insufficient_credits',
	403: 'permission_error',
	404: 'not_found_error',
	422: 'invalid_request_error',
};

const MESSAGES: Readonly<Record<number, string>> = {
	400: 'Bad request',
	401: 'Invalid API key',
	402: 'Insufficient credits',
	403: 'This key may not use this model',
	404: 'Not found',
	409: 'Conflict',
	422: 'Invalid parameters',
	429: 'Too many requests, please slow down',
	455: 'The service is under maintenance',
	500: 'Internal server error',
	501: 'Generation failed',
	502: 'Bad gateway',
	503: 'Service unavailable',
	504: 'Gateway timeout',
	505: 'This model is switched off',
};

/** The service's message for a status, where nothing more specific is known. */
export const messageFor = (status: number): string => MESSAGES[status] ?? `Error ${status}`;

/**
 * The body of an error response. The service's own errors have its published shape; those of what
 * stands in front of it (rate limit, maintenance, 5xx) are flat, as on sites of its family.
 */
export function errorBody(status: number, message = messageFor(status)): object {
	const type = TYPES[status];
	return type === undefined
		? { code: status, message }
		: { error: { code: status, message, type } };
}

/** Thrown by whatever refuses a request; the server turns it into the response. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message = messageFor(status),
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(message);
	}
}
