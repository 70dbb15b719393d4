/** Whether a failure may have cost credits. Never guessed downwards: in doubt it is `maybe`. */
export type Charged = 'no' | 'maybe' | 'yes';

/** What was being done when it went wrong. */
export type Step = 'create' | 'poll';

/** What can go wrong, each with what it knows. The sentences a user reads are made elsewhere. */
export type Failure =
	/** Refused here, before any request. */
	| { kind: 'invalid-input'; problem: string; advice: string }
	/**
	 * The service answered with an error, as an HTTP status or as a code inside the body. `asked` is
	 * for 429 only: `again` until the time limit, or `not at all`, because an earlier request was told
	 * to wait for longer than that.
	 */
	| {
			kind: 'api-error';
			step: Step;
			code: number;
			text: string;
			retryAfterMs?: number;
			asked?: 'again' | 'not at all';
	  }
	/** The service answered with a redirect. It is not followed: the key belongs to one host. */
	| { kind: 'redirected'; step: Step; host: string }
	/** No answer came. `sent` is false only where the request cannot have reached the service. */
	| { kind: 'no-answer'; step: Step; code: string; sent: boolean }
	/** An answer came, but not one that can be read. */
	| { kind: 'unreadable-answer'; step: Step; excerpt: string }
	/** An earlier try of this execution may have bought this image; it is not sent again. */
	| { kind: 'unconfirmed'; sentAt: string }
	/** This execution, or the one it retries, was cut off before and may have bought its images. */
	| { kind: 'restarted'; by: 'second' | 'retry' }
	/** The service says that the task failed. */
	| { kind: 'task-failed'; providerStatus: string; reason: string }
	/** The service says that the task is done and names no image. */
	| { kind: 'no-image'; providerStatus: string; excerpt: string }
	/** The task did not end within the time limit. `trouble` says why the last look brought nothing. */
	| { kind: 'timeout'; seconds: number; providerStatus: string; lastError?: string }
	/** The limit of the credential, in credits of the price list within 24 hours, would be exceeded. */
	| { kind: 'daily-credit-limit'; limit: number; spent: number; credits: number }
	/** Not ordered, because another image of the run had failed and the run was going to stop. */
	| { kind: 'not-created' }
	/** A defect of this package, or of n8n, while a task was looked at. */
	| { kind: 'unexpected'; text: string }
	/** The execution was cancelled. */
	| { kind: 'cancelled' };

/** A failure on its way to the user. `order` says what was asked for, where a task id cannot. */
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

/** HTTP statuses below 500 that leave open whether the request was taken. */
const UNDECIDED_STATUSES: ReadonlySet<number> = new Set([408, 425, 499]);

/** Whether the failure of a create, or of the task it made, may have cost credits. */
export function chargedBy(failure: Failure): Charged {
	switch (failure.kind) {
		case 'invalid-input':
		case 'not-created':
		case 'daily-credit-limit':
			return 'no';
		case 'api-error':
			if (failure.step === 'poll') return 'yes';
			return failure.code >= 500 || failure.code < 400 || UNDECIDED_STATUSES.has(failure.code)
				? 'maybe'
				: 'no';
		case 'no-answer':
			if (failure.step === 'poll') return 'yes';
			return failure.sent ? 'maybe' : 'no';
		case 'redirected':
			return failure.step === 'poll' ? 'yes' : 'no';
		case 'unreadable-answer':
			return failure.step === 'poll' ? 'yes' : 'maybe';
		case 'unconfirmed':
		case 'restarted':
			return 'maybe';
		// The service family says that failed tasks are refunded; API in One itself does not say.
		case 'task-failed':
			return 'maybe';
		case 'no-image':
		case 'timeout':
		case 'unexpected':
			return 'yes';
		case 'cancelled':
			return 'no';
	}
}

/** What came of something that may fail in ways this package knows. */
export type Outcome<T> = { value: T } | { failure: Flux2Failure };

/** Turns known failures into values; anything else, a defect, is thrown on. */
export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
	const [settled] = await Promise.allSettled([work]);
	if (settled.status === 'fulfilled') return { value: settled.value };
	if (settled.reason instanceof Flux2Failure) return { failure: settled.reason };
	throw settled.reason;
}
