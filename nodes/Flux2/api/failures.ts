import { FINAL_BODY_CODES, NOT_TAKEN_REDIRECTS, REFUSED_CODES } from './contract';
import { meaningOf } from './status';

/** Whether a failure may have cost credits. Never guessed downwards: in doubt it is `maybe`. */
export type Charged = 'no' | 'maybe' | 'yes';

/**
 * What a failure leaves behind. `failed`: this request brings no image, and making a new one buys no
 * second image of it. `pending`: the task exists, and Get Task brings its image. `unknown`: nobody can
 * tell, so it must not be created again unseen.
 */
export type FailureStatus = 'failed' | 'pending' | 'unknown';

/** What was being done when it went wrong. */
export type Step = 'create' | 'poll';

/** What can go wrong, each with what it knows. The texts a user reads are made elsewhere. */
export type Failure =
	/** Refused here, before any request. */
	| { kind: 'invalid-input'; problem: string; advice: string }
	/** The images of the run, or of the last 24 hours, would cost more than the user allows. */
	| {
			kind: 'credit-limit' | 'daily-credit-limit';
			/** Of the price list: what would be requested, for the daily limit in addition to `held`. */
			credits: number;
			/** Of the price list: what was requested already. */
			held: number;
			limit: number;
	  }
	/** The service answered with an error, as an HTTP status or as a code inside the body. */
	| {
			kind: 'api-error';
			step: Step;
			code: number;
			text: string;
			retryAfterMs?: number;
			/**
			 * Only with 429: it was asked `again` until the time limit, or `not at all`, because an
			 * earlier request was told to wait for longer than that.
			 */
			asked?: 'again' | 'not at all';
			/** The code stood in the body of a 2xx answer. */
			inBody?: true;
	  }
	/** The firewall before the service turned the request away. */
	| { kind: 'blocked-by-firewall'; step: Step; text: string }
	/** The service answered with a redirect. It is not followed: the key belongs to one host. */
	| { kind: 'redirected'; step: Step; host: string; status: number }
	/** No answer came. `sent` is false only where the request cannot have reached the service. */
	| { kind: 'no-answer'; step: Step; code: string; sent: boolean }
	/** An answer came, but not one that can be read. */
	| { kind: 'unreadable-answer'; step: Step; excerpt: string }
	/** An earlier try of this execution may have been charged for this image; it is not sent again. */
	| { kind: 'unconfirmed'; sentAt: string; reason?: string }
	/** This execution, or the one it retries, was interrupted and may have been charged before. */
	| { kind: 'restarted'; by: 'restarted' | 'retry' }
	/** The service says that the task failed. */
	| { kind: 'task-failed'; providerStatus: string; reason: string }
	/** The task is done and names no image: not final for some seconds, the address may come late. */
	| { kind: 'no-image'; providerStatus: string; excerpt: string }
	/** The task was not done in time. `lastError` says why the last poll failed. */
	| { kind: 'timeout'; seconds: number; providerStatus: string; lastError?: string }
	/** Not created, because another image of the run had failed and the run was going to stop. */
	| { kind: 'not-created' }
	/** A defect of this package, or of n8n, after a task was created. */
	| { kind: 'unexpected'; text: string }
	/** The execution was cancelled. */
	| { kind: 'cancelled' };

/**
 * A failure on its way to the user. `taskId` is the task it is about; after a create that failed, the
 * one that its answer names, which may exist. `request` says what was asked for, where no id can.
 */
export class Flux2Failure extends Error {
	override readonly name = 'Flux2Failure';

	constructor(
		readonly failure: Failure,
		readonly taskId?: string,
		readonly request?: { prompt: string; sentAt: string },
	) {
		super(failure.kind);
	}
}

/** Whether the failure of a create, or of the task it made, may have cost credits. */
export function chargedBy(failure: Failure): Charged {
	// A task that can be asked for was paid for; an ID that nobody knows may be mistyped.
	if ('step' in failure && failure.step === 'poll')
		return failure.kind === 'api-error' && failure.code === 404 ? 'maybe' : 'yes';
	switch (failure.kind) {
		case 'invalid-input':
		case 'credit-limit':
		case 'daily-credit-limit':
		case 'not-created':
		case 'blocked-by-firewall':
		case 'cancelled':
			return 'no';
		case 'api-error':
			return REFUSED_CODES.has(failure.code) ? 'no' : 'maybe';
		case 'no-answer':
			return failure.sent ? 'maybe' : 'no';
		case 'redirected':
			return NOT_TAKEN_REDIRECTS.has(failure.status) ? 'no' : 'maybe';
		case 'unreadable-answer':
		case 'unconfirmed':
		case 'restarted':
		case 'task-failed':
			// The service family says that failed tasks are refunded; API in One itself does not say.
			return 'maybe';
		case 'no-image':
		case 'timeout':
		case 'unexpected':
			return 'yes';
	}
}

/** Whether a create went wrong: a task that its answer names all the same is one nobody has seen. */
export const isOfCreate = (failure: Failure): boolean =>
	failure.kind === 'unconfirmed' || ('step' in failure && failure.step === 'create');

/** What a failure leaves behind. `hasTask`: a task is known that was created. */
export function statusOf(failure: Failure, hasTask: boolean): FailureStatus {
	switch (failure.kind) {
		case 'task-failed':
			return 'failed';
		case 'no-image':
			return 'unknown';
		case 'timeout':
			// A word that nobody knows may also be a new one for "failed".
			return meaningOf(failure.providerStatus || 'pending') === 'pending' ? 'pending' : 'unknown';
	}
	if (!hasTask || isOfCreate(failure)) return chargedBy(failure) === 'no' ? 'failed' : 'unknown';
	// It may be gone, or never have been this account's.
	return failure.kind === 'api-error' && failure.code === 404 ? 'unknown' : 'pending';
}

/** HTTP statuses of a poll after which a later one may bring an answer. */
const isPassingStatus = (code: number): boolean =>
	code >= 500 || code === 429 || code === 408 || code === 425 || code === 455;

/** Whether a poll that failed so is worth repeating until the time limit. A poll costs nothing. */
export function mayPass(failure: Failure): boolean {
	switch (failure.kind) {
		case 'no-answer':
		case 'unreadable-answer':
		case 'blocked-by-firewall':
			// The task exists, so the firewall has let this n8n through before.
			return true;
		case 'api-error':
			return failure.inBody ? !FINAL_BODY_CODES.has(failure.code) : isPassingStatus(failure.code);
		default:
			return false;
	}
}

/** What came of something that may fail in ways this package knows. */
export type Outcome<T> = { value: T } | { failure: Flux2Failure };

/** Turns known failures into values; anything else, a defect, is thrown on. */
export const outcomeOf = async <T>(work: Promise<T>): Promise<Outcome<T>> =>
	await work.then(
		(value) => ({ value }),
		(error: unknown) => {
			if (error instanceof Flux2Failure) return { failure: error };
			throw error;
		},
	);
