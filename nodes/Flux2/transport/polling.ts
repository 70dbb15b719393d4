import { atTimeout, isTerminal, type TerminalTask, type Task } from '../api/task';
import { Flux2Failure, mayPass, outcomeOf } from '../api/failures';
import { backOff, pollDelay } from './delays';
import type { DurationHistory } from './taskDurations';

/** A new task may be unknown to the service for a moment, e.g. behind a lagging copy. */
const GRACE_PERIOD_MS = 30_000;

/** A task may be done a few seconds before its response contains the image. */
const NO_IMAGE_GRACE_MS = 10_000;

const NO_IMAGE_RETRY_MS = 2_000;

/** A task of unknown age is polled immediately. */
const OLD_ENOUGH_MS = 5_000;

/** A task that was older when its polls began tells little about how long tasks take. */
const YOUNG_MS = 5_000;

/** How often it is checked whether the next poll has to be planned anew. */
const REPLAN_MS = 1_000;

/** Whether a poll that failed like this is worth repeating. A poll costs nothing. */
export const isTransient = ({ failure }: Flux2Failure, isInGracePeriod: boolean): boolean =>
	mayPass(failure) || (isInGracePeriod && failure.kind === 'api-error' && failure.code === 404);

const describeError = ({ failure }: Flux2Failure): string => {
	switch (failure.kind) {
		case 'no-answer':
			return `no answer (${failure.code})`;
		case 'unreadable-answer':
			return failure.excerpt;
		case 'api-error':
			return `${failure.code} ${failure.text}`.trim();
		case 'blocked-by-firewall':
			return failure.text;
		default:
			return failure.kind;
	}
};

export interface PollOptions {
	taskId: string;
	/** ms since the epoch; undefined for a task that somebody else created. */
	createdAt: number | undefined;
	/** ms since the epoch; the last poll is made then. */
	deadline: number;
	timeoutSeconds: number;
	getTask: () => Promise<Task>;
	/** How long tasks of its kind took, where that is known; learns from this one. */
	history?: DurationHistory;
	/** Waits; false when the execution was cancelled. */
	pause: (ms: number) => Promise<boolean>;
	now: () => number;
	random: () => number;
}

/**
 * Waits for `delayOf(known durations, chance)` from now, planned anew when the service turns out to
 * have become quicker or slower.
 *
 * @returns false when the execution was cancelled.
 */
async function waitForPoll(
	{ deadline, history, now, pause, random }: PollOptions,
	delayOf: (known: readonly number[], chance: number) => number,
): Promise<boolean> {
	const from = now();
	const chance = random();
	for (;;) {
		const changes = history?.changes;
		const dueAt = Math.min(from + delayOf(history?.known ?? [], chance), deadline);
		do {
			const left = Math.max(0, dueAt - now());
			if (!(await pause(history === undefined ? left : Math.min(left, REPLAN_MS)))) return false;
			if (now() >= dueAt) return true;
		} while (changes === history?.changes);
	}
}

/**
 * Polls a task until it is done.
 *
 * @throws Flux2Failure `timeout` with the last status, `no-image` if the image of a done task does not
 *   appear within some seconds, `cancelled`, or whatever a poll fails with that another poll cannot
 *   change. The task ID is always in it.
 */
export async function pollUntilDone(options: PollOptions): Promise<TerminalTask> {
	const { taskId, createdAt, deadline, history, now, random } = options;
	const bornAt = createdAt ?? now() - OLD_ENOUGH_MS;
	const ageOf = (): number => now() - bornAt;
	const isInGracePeriod = (): boolean => createdAt !== undefined && ageOf() < GRACE_PERIOD_MS;
	let last: Task = { state: 'pending', id: taskId, providerStatus: '', imageUrls: [] };
	let lastError: string | undefined;
	let failures = 0;
	let polls = 0;
	let withoutImageSince: number | undefined;
	/** Its age when it was last seen pending; undefined where nobody can tell. */
	let pendingAfter = createdAt !== undefined && ageOf() < YOUNG_MS ? 0 : undefined;
	for (;;) {
		const age = ageOf();
		const changes = history?.changes ?? 0;
		const delayOf = (known: readonly number[], chance: number): number =>
			withoutImageSince !== undefined
				? NO_IMAGE_RETRY_MS
				: failures > 0
					? backOff(failures - 1, chance)
					: pollDelay(age, known, chance, polls === 0);
		if (!(await waitForPoll(options, delayOf)))
			throw new Flux2Failure({ kind: 'cancelled' }, taskId);
		const isLast = now() >= deadline;
		const polledAfter = ageOf();
		polls += 1;
		const response = await outcomeOf(options.getTask());
		if ('value' in response) {
			last = response.value;
			failures = 0;
			lastError = undefined;
			withoutImageSince = undefined;
		} else if (response.failure.failure.kind === 'no-image') {
			withoutImageSince ??= now();
			if (isLast || now() - withoutImageSince >= NO_IMAGE_GRACE_MS) throw response.failure;
			continue;
		} else {
			if (!isTransient(response.failure, isInGracePeriod())) throw response.failure;
			lastError = describeError(response.failure);
			failures += 1;
			pendingAfter = undefined;
		}
		if (last.state === 'succeeded' && pendingAfter !== undefined)
			history?.record(pendingAfter, ageOf(), changes, random());
		if (isTerminal(last)) return last;
		if (pendingAfter !== undefined) pendingAfter = polledAfter;
		if (isLast) {
			const end = atTimeout(last);
			if (isTerminal(end)) return end;
			throw new Flux2Failure(
				{
					kind: 'timeout',
					seconds: options.timeoutSeconds,
					providerStatus: last.providerStatus,
					...(lastError === undefined ? {} : { lastError }),
				},
				taskId,
			);
		}
	}
}
