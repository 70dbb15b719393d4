import type { ErrorCode } from '../../nodes/Flux2/api/errorCodes';

/** Codes that no item shows, and why. */
export const notInItems = {
	'not-created': 'only in a run that stops at its first failure, which outputs no items',
	cancelled: 'n8n drops what a stopped execution outputs',
	unexpected: 'a defect of this package',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** All others. With a new code, this list has to grow, and then the rows. */
const IN_ITEMS: Record<Exclude<ErrorCode, keyof typeof notInItems>, true> = {
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
};

/** Every error code that an item can show. */
export const errorCodesInItems = Object.keys(IN_ITEMS);
