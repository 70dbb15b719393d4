import { errorCodeOf, isContentModerated, type ErrorCode } from '../../nodes/Flux2/api/errorCodes';
import { allErrorCodes } from './allErrorCodes.mts';
import {
	chargedBy,
	mayPass,
	statusOf,
	type Charged,
	type Failure,
	type FailureStatus,
	type Step,
} from '../../nodes/Flux2/api/failures';

const answered = (step: Step, code: number, text = '', inBody?: true): Failure => ({
	kind: 'api-error',
	step,
	code,
	text,
	...(inBody && { inBody }),
});
const redirected = (step: Step, status: number): Failure => ({
	kind: 'redirected',
	step,
	host: 'x.example',
	status,
});
const unanswered = (step: Step, sent: boolean): Failure => ({
	kind: 'no-answer',
	step,
	code: 'ECONNRESET',
	sent,
});
const failedFor = (reason: string): Failure => ({
	kind: 'task-failed',
	providerStatus: 'FAILED',
	reason,
});
const timeout = (providerStatus: string): Failure => ({
	kind: 'timeout',
	seconds: 300,
	providerStatus,
});
const blocked = (step: Step): Failure => ({
	kind: 'blocked-by-firewall',
	step,
	text: 'error code: 1010',
});
const unreadable = (step: Step): Failure => ({ kind: 'unreadable-answer', step, excerpt: '{}' });

/** A failure before any task is known: its code, what it cost, and what it leaves behind. */
const WITHOUT_TASK: Array<[Failure, ErrorCode, Charged, FailureStatus]> = [
	[{ kind: 'invalid-input', problem: '', advice: '' }, 'invalid-input', 'no', 'failed'],
	[{ kind: 'credit-limit', credits: 45, held: 0, limit: 40 }, 'credit-limit', 'no', 'failed'],
	[
		{ kind: 'daily-credit-limit', credits: 45, held: 0, limit: 40 },
		'daily-credit-limit',
		'no',
		'failed',
	],
	[answered('create', 400), 'request-rejected', 'no', 'failed'],
	[answered('create', 401), 'invalid-api-key', 'no', 'failed'],
	[answered('create', 402), 'insufficient-credits', 'no', 'failed'],
	[answered('create', 403), 'invalid-api-key', 'no', 'failed'],
	[answered('create', 404), 'request-rejected', 'no', 'failed'],
	[answered('create', 422), 'request-rejected', 'no', 'failed'],
	[answered('create', 429), 'rate-limited', 'no', 'failed'],
	[answered('create', 455), 'maintenance', 'no', 'failed'],
	// Everything else may have been taken.
	[answered('create', 405), 'request-rejected', 'maybe', 'unknown'],
	[answered('create', 408), 'service-error', 'maybe', 'unknown'],
	[answered('create', 409), 'request-rejected', 'maybe', 'unknown'],
	[answered('create', 413), 'request-rejected', 'maybe', 'unknown'],
	[answered('create', 499), 'service-error', 'maybe', 'unknown'],
	[answered('create', 1), 'service-error', 'maybe', 'unknown'],
	[answered('create', -1), 'service-error', 'maybe', 'unknown'],
	[answered('create', 500), 'service-error', 'maybe', 'unknown'],
	[answered('create', 501), 'service-error', 'maybe', 'unknown'],
	[answered('create', 503), 'maintenance', 'maybe', 'unknown'],
	[answered('create', 504), 'service-error', 'maybe', 'unknown'],
	[answered('create', 505), 'service-error', 'maybe', 'unknown'],
	[answered('create', 422, 'Your prompt was moderated'), 'content-moderated', 'no', 'failed'],
	[blocked('create'), 'blocked-by-firewall', 'no', 'failed'],
	[redirected('create', 301), 'redirected', 'no', 'failed'],
	[redirected('create', 307), 'redirected', 'no', 'failed'],
	[redirected('create', 308), 'redirected', 'no', 'failed'],
	[redirected('create', 302), 'redirected', 'maybe', 'unknown'],
	[redirected('create', 303), 'redirected', 'maybe', 'unknown'],
	[unanswered('create', false), 'unreachable', 'no', 'failed'],
	[unanswered('create', true), 'no-answer', 'maybe', 'unknown'],
	[unreadable('create'), 'unreadable-answer', 'maybe', 'unknown'],
	[{ kind: 'unconfirmed', sentAt: '' }, 'unconfirmed', 'maybe', 'unknown'],
	[{ kind: 'restarted', by: 'retry' }, 'restarted', 'maybe', 'unknown'],
	[{ kind: 'not-created' }, 'not-created', 'no', 'failed'],
	[{ kind: 'cancelled' }, 'cancelled', 'no', 'failed'],
	[{ kind: 'unexpected', text: '' }, 'unexpected', 'yes', 'unknown'],
];

/** A failure of a task that is known. */
const WITH_TASK: Array<[Failure, ErrorCode, Charged, FailureStatus]> = [
	[failedFor('no luck'), 'task-failed', 'maybe', 'failed'],
	[failedFor('NSFW content'), 'content-moderated', 'maybe', 'failed'],
	[{ kind: 'no-image', providerStatus: 'SUCCESS', excerpt: '' }, 'no-image', 'yes', 'unknown'],
	[timeout(''), 'timeout', 'yes', 'pending'],
	[timeout('IN_PROGRESS'), 'timeout', 'yes', 'pending'],
	[timeout('REVIEWING'), 'timeout', 'yes', 'unknown'],
	[answered('poll', 401), 'invalid-api-key', 'yes', 'pending'],
	[answered('poll', 402), 'insufficient-credits', 'yes', 'pending'],
	// Nobody knows this ID, so it may be mistyped.
	[answered('poll', 404), 'task-not-found', 'maybe', 'unknown'],
	[answered('poll', 429), 'rate-limited', 'yes', 'pending'],
	[answered('poll', 500), 'service-error', 'yes', 'pending'],
	[answered('poll', 455), 'maintenance', 'yes', 'pending'],
	[blocked('poll'), 'blocked-by-firewall', 'yes', 'pending'],
	[redirected('poll', 302), 'redirected', 'yes', 'pending'],
	[unanswered('poll', true), 'no-answer', 'yes', 'pending'],
	[unanswered('poll', false), 'unreachable', 'yes', 'pending'],
	[unreadable('poll'), 'unreadable-answer', 'yes', 'pending'],
	[{ kind: 'unexpected', text: '' }, 'unexpected', 'yes', 'pending'],
	// The answer to a create that named a task all the same: nobody has seen it.
	[answered('create', 500), 'service-error', 'maybe', 'unknown'],
	[redirected('create', 303), 'redirected', 'maybe', 'unknown'],
	[{ kind: 'unconfirmed', sentAt: '' }, 'unconfirmed', 'maybe', 'unknown'],
];

test.each(WITHOUT_TASK)(
	'%j without a task: %s, charged: %s, %s',
	(failure, code, charged, status) => {
		expect(errorCodeOf(failure)).toBe(code);
		expect(chargedBy(failure)).toBe(charged);
		expect(statusOf(failure, false)).toBe(status);
	},
);

test.each(WITH_TASK)('%j of a task: %s, charged: %s, %s', (failure, code, charged, status) => {
	expect(errorCodeOf(failure)).toBe(code);
	expect(chargedBy(failure)).toBe(charged);
	expect(statusOf(failure, true)).toBe(status);
});

test('a cancelled wait leaves its task to be got', () => {
	expect(statusOf({ kind: 'cancelled' }, true)).toBe('pending');
});

test('nothing that may be charged is called failed, but a task that has failed', () => {
	for (const [failure, , charged, status] of [...WITHOUT_TASK, ...WITH_TASK])
		if (charged !== 'no' && status === 'failed') expect(failure.kind).toBe('task-failed');
});

test('every error code that is promised to users has a failure', () => {
	const seen = [...WITHOUT_TASK, ...WITH_TASK].map(([, code]) => code);
	expect([...new Set(seen)].sort()).toEqual([...allErrorCodes].sort());
});

describe('whether a failure was about the content', () => {
	test.each([
		'Request Moderated',
		'nsfw',
		'Sensitive words in the prompt',
		'safety system',
		'violates our policy',
		'blocked by the filter',
	])('"%s" is', (words) => {
		expect(isContentModerated(failedFor(words))).toBe(true);
		expect(isContentModerated(answered('create', 400, words))).toBe(true);
		// A service that calls its refusal an error of its own.
		expect(isContentModerated(answered('create', 500, words))).toBe(true);
	});

	test('the status word tells it too', () => {
		const failure: Failure = {
			kind: 'task-failed',
			providerStatus: 'Content Moderated',
			reason: 'no reason given',
		};
		expect(errorCodeOf(failure)).toBe('content-moderated');
	});

	test.each<[string, Failure]>([
		['a failure for another reason', failedFor('out of memory')],
		['a key that was blocked', answered('create', 403, 'This key is blocked')],
		['a rate limit', answered('create', 429, 'See our fair use policy')],
		['no credits', answered('create', 402, 'See our billing policy')],
		['a poll', answered('poll', 500, 'blocked')],
		['the firewall', blocked('create')],
	])('%s is not', (_name, failure) => {
		expect(isContentModerated(failure)).toBe(false);
	});
});

describe('whether a later poll may bring an answer', () => {
	test.each<[Failure, boolean]>([
		[answered('poll', 500), true],
		[answered('poll', 503), true],
		[answered('poll', 429), true],
		[answered('poll', 408), true],
		[answered('poll', 455), true],
		[answered('poll', 400), false],
		[answered('poll', 401), false],
		[answered('poll', 404), false],
		[answered('poll', 202, '', true), true],
		[answered('poll', 422, '', true), true],
		[answered('poll', 1, '', true), true],
		[answered('poll', 401, '', true), false],
		[answered('poll', 402, '', true), false],
		[answered('poll', 403, '', true), false],
		[answered('poll', 404, '', true), false],
		[unanswered('poll', true), true],
		[unreadable('poll'), true],
		[blocked('poll'), true],
		[redirected('poll', 302), false],
		[failedFor('no luck'), false],
		[{ kind: 'cancelled' }, false],
	])('%j: %s', (failure, expected) => {
		expect(mayPass(failure)).toBe(expected);
	});
});
