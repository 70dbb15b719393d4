import { atTimeLimit, isSettled, type Settled, type Task } from '../api/task';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { backOff, firstLook, nextLook } from './pace';

/** A new task may be unknown to the service for a moment, e.g. behind a lagging copy. */
const NEWBORN_MS = 30_000;

/** A task of unknown age is looked at straight away. */
const OLD_ENOUGH_MS = 5_000;

/** Body and HTTP codes after which another look may bring an answer. */
const isPassingCode = (code: number): boolean =>
	code >= 500 || code === 429 || code === 408 || code === 425 || code === 455;

/** Whether a look that failed so is worth repeating. A look costs nothing. */
export function isPassing({ failure }: Flux2Failure, isNewborn: boolean): boolean {
	switch (failure.kind) {
		case 'unanswered':
		case 'unreadable':
			return true;
		case 'refused':
			return isPassingCode(failure.code) || (failure.code === 404 && isNewborn);
		default:
			return false;
	}
}

const troubleOf = ({ failure }: Flux2Failure): string => {
	switch (failure.kind) {
		case 'unanswered':
			return `no answer (${failure.code})`;
		case 'unreadable':
			return failure.shown;
		case 'refused':
			return `${failure.code} ${failure.words}`.trim();
		default:
			return failure.kind;
	}
};

export interface Looking {
	taskId: string;
	/** ms since the epoch; undefined for a task that somebody else created. */
	createdAt: number | undefined;
	/** ms since the epoch; the last look is made then. */
	deadline: number;
	timeoutSeconds: number;
	look: () => Promise<Task>;
	/** Waits; false when the execution was cancelled. */
	pause: (ms: number) => Promise<boolean>;
	now: () => number;
	random: () => number;
}

/**
 * Looks at a task until it is settled.
 *
 * @throws Flux2Failure `time-limit` with the last word, `cancelled`, or whatever a look fails with
 *   that another look cannot mend. The task id is always in it.
 */
export async function pollUntilSettled(looking: Looking): Promise<Settled> {
	const { taskId, createdAt, deadline, now, random } = looking;
	const bornAt = createdAt ?? now() - OLD_ENOUGH_MS;
	const isNewborn = (): boolean => createdAt !== undefined && now() - createdAt < NEWBORN_MS;
	let last: Task = { state: 'pending', id: taskId, word: '', imageUrls: [] };
	let trouble: string | undefined;
	let failures = 0;
	let delay = firstLook(now() - bornAt, random());
	for (;;) {
		if (!(await looking.pause(Math.max(0, Math.min(delay, deadline - now())))))
			throw new Flux2Failure({ kind: 'cancelled' }, taskId);
		const isLast = now() >= deadline;
		const look = await outcomeOf(looking.look());
		if ('value' in look) {
			last = look.value;
			failures = 0;
			trouble = undefined;
		} else {
			if (!isPassing(look.failure, isNewborn())) throw look.failure;
			trouble = troubleOf(look.failure);
			failures += 1;
		}
		if (isSettled(last)) return last;
		if (isLast) {
			const end = atTimeLimit(last);
			if (isSettled(end)) return end;
			throw new Flux2Failure(
				{
					kind: 'time-limit',
					seconds: looking.timeoutSeconds,
					word: last.word,
					...(trouble === undefined ? {} : { trouble }),
				},
				taskId,
			);
		}
		delay = failures > 0 ? backOff(failures - 1, random()) : nextLook(now() - bornAt, random());
	}
}
