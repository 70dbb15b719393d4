import type { ErrorCode } from '../../nodes/Flux2/api/errorCodes';

/** The compiler knows all codes: one that is missing here, or is not a code, does not compile. */
const ALL: Record<ErrorCode, true> = {
	'invalid-input': true,
	'credit-limit': true,
	'daily-credit-limit': true,
	'invalid-api-key': true,
	'insufficient-credits': true,
	'rate-limited': true,
	'request-rejected': true,
	'task-not-found': true,
	maintenance: true,
	'service-error': true,
	'blocked-by-firewall': true,
	unreachable: true,
	'no-answer': true,
	'unreadable-answer': true,
	redirected: true,
	unconfirmed: true,
	restarted: true,
	'task-failed': true,
	'content-moderated': true,
	'no-image': true,
	timeout: true,
	'not-created': true,
	cancelled: true,
	unexpected: true,
};

/** Every error code that is promised to users: stored workflows compare with them. */
export const allErrorCodes = Object.keys(ALL) as ErrorCode[];
