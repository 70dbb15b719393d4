/** Whether a failure may have cost credits. Never guessed downwards: in doubt it is `maybe`. */
export type Charged = 'no' | 'maybe' | 'yes';

/** What was being done when it went wrong. */
export type Step = 'create' | 'look';

/** What can go wrong, each with what it knows. The sentences a user reads are made elsewhere. */
export type Failure =
	/** Refused here, before any request. */
	| { kind: 'invalid'; problem: string; advice: string }
	/** The service answered with an error, as an HTTP status or as a code inside the body. */
	| { kind: 'refused'; step: Step; code: number; words: string; retryAfterMs?: number }
	/** The service answered with a redirect. It is not followed: the key belongs to one host. */
	| { kind: 'redirected'; step: Step; host: string }
	/** No answer came. `sent` is false only where the request cannot have reached the service. */
	| { kind: 'unanswered'; step: Step; code: string; sent: boolean }
	/** An answer came, but not one that can be read. */
	| { kind: 'unreadable'; step: Step; shown: string }
	/** An earlier try of this execution may have bought this image; it is not sent again. */
	| { kind: 'in-doubt'; sentAt: string }
	/** This execution, or the one it retries, was cut off before and may have bought its images. */
	| { kind: 'begun-before'; beginning: 'second' | 'retry' }
	/** The service says that the task failed. */
	| { kind: 'failed'; word: string; reason: string }
	/** The service says that the task is done and names no image. */
	| { kind: 'no-image'; word: string; shown: string }
	/** The task did not end within the time limit. `trouble` says why the last look brought nothing. */
	| { kind: 'time-limit'; seconds: number; word: string; trouble?: string }
	/** Not ordered, because another image of the run had failed and the run was going to stop. */
	| { kind: 'not-ordered' }
	/** A defect of this package, or of n8n, while a task was looked at. */
	| { kind: 'unexpected'; words: string }
	/** The execution was cancelled. */
	| { kind: 'cancelled' };

/** A failure on its way to the user. `order` says what was asked for, where a task id cannot. */
export class Flux2Failure extends Error {
	override readonly name = 'Flux2Failure';

	constructor(
		readonly failure: Failure,
		readonly taskId?: string,
		readonly order?: { prompt: string; sentAt: string },
	) {
		super(failure.kind);
	}
}

/** HTTP statuses below 500 that leave open whether the request was taken. */
const UNDECIDED_STATUSES: ReadonlySet<number> = new Set([408, 425, 499]);

/** Whether the failure of a create, or of the task it made, may have cost credits. */
export function chargedBy(failure: Failure): Charged {
	switch (failure.kind) {
		case 'invalid':
		case 'not-ordered':
			return 'no';
		case 'refused':
			if (failure.step === 'look') return 'yes';
			return failure.code >= 500 || failure.code < 400 || UNDECIDED_STATUSES.has(failure.code)
				? 'maybe'
				: 'no';
		case 'unanswered':
			if (failure.step === 'look') return 'yes';
			return failure.sent ? 'maybe' : 'no';
		case 'redirected':
			return failure.step === 'look' ? 'yes' : 'no';
		case 'unreadable':
			return failure.step === 'look' ? 'yes' : 'maybe';
		case 'in-doubt':
		case 'begun-before':
			return 'maybe';
		// The service family says that failed tasks are refunded; API in One itself does not say.
		case 'failed':
			return 'maybe';
		case 'no-image':
		case 'time-limit':
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
