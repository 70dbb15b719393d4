import { MAINTENANCE_CODES, MODERATION_WORDS } from './contract';
import type { Failure } from './failures';

/** What a workflow can branch on. Stored workflows compare with these words: none is ever renamed. */
export type ErrorCode =
	| 'invalid-input'
	| 'credit-limit'
	| 'daily-credit-limit'
	| 'invalid-api-key'
	| 'insufficient-credits'
	| 'rate-limited'
	| 'request-rejected'
	| 'task-not-found'
	| 'maintenance'
	| 'service-error'
	| 'blocked-by-firewall'
	| 'unreachable'
	| 'no-answer'
	| 'unreadable-answer'
	| 'redirected'
	| 'unconfirmed'
	| 'restarted'
	| 'task-failed'
	| 'content-moderated'
	| 'no-image'
	| 'timeout'
	| 'not-created'
	| 'cancelled'
	| 'unexpected';

type ApiError = Extract<Failure, { kind: 'api-error' }>;

/** Codes below 500 that are no word about the request. */
const UNDECIDED_CODES: ReadonlySet<number> = new Set([408, 425, 499]);

/** Codes of a create beside which words about the content mean the prompt or a reference image. */
const CONTENT_CODES: ReadonlySet<number> = new Set([400, 422, 451, 500, 501]);

/**
 * Whether the prompt or a reference image was refused for its content, so that the same again will be
 * refused too. A guess by words, since the service publishes none.
 */
export function isContentModerated(failure: Failure): boolean {
	if (failure.kind === 'task-failed')
		return MODERATION_WORDS.test(`${failure.providerStatus} ${failure.reason}`);
	return (
		failure.kind === 'api-error' &&
		failure.step === 'create' &&
		CONTENT_CODES.has(failure.code) &&
		MODERATION_WORDS.test(failure.text)
	);
}

function codeOfApiError({ code, step }: ApiError): ErrorCode {
	if (code === 401 || code === 403) return 'invalid-api-key';
	if (code === 402) return 'insufficient-credits';
	if (code === 404 && step === 'poll') return 'task-not-found';
	if (code === 429) return 'rate-limited';
	if (MAINTENANCE_CODES.has(code)) return 'maintenance';
	return code >= 400 && code < 500 && !UNDECIDED_CODES.has(code)
		? 'request-rejected'
		: 'service-error';
}

/** The code of any failure. Most have the name of their kind. */
export function errorCodeOf(failure: Failure): ErrorCode {
	if (isContentModerated(failure)) return 'content-moderated';
	if (failure.kind === 'api-error') return codeOfApiError(failure);
	if (failure.kind === 'no-answer') return failure.sent ? 'no-answer' : 'unreachable';
	return failure.kind;
}
