import { atTimeout, isTerminal, type TerminalTask, type Task } from '../api/task';
import { Flux2Failure, mayPass, outcomeOf } from '../api/failures';
import { backOff, firstPollDelay, nextPollDelay } from './delays';

/** A new task may be unknown to the service for a moment, e.g. behind a lagging copy. */
const GRACE_PERIOD_MS = 30_000;

/** A task may be done a few seconds before its response contains the image. */
const NO_IMAGE_GRACE_MS = 10_000;

const NO_IMAGE_RETRY_MS = 2_000;

/** A task of unknown age is polled immediately. */
const OLD_ENOUGH_MS = 5_000;

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
	/** Waits; false when the execution was cancelled. */
	pause: (ms: number) => Promise<boolean>;
	now: () => number;
	random: () => number;
}

/**
 * Polls a task until it is done.
 *
 * @throws Flux2Failure `timeout` with the last status, `no-image` if the image of a done task does not
 *   appear within some seconds, `cancelled`, or whatever a poll fails with that another poll cannot
 *   change. The task ID is always in it.
 */
export async function pollUntilDone(options: PollOptions): Promise<TerminalTask> {
	const { taskId, createdAt, deadline, now, random } = options;
	const bornAt = createdAt ?? now() - OLD_ENOUGH_MS;
	const isInGracePeriod = (): boolean =>
		createdAt !== undefined && now() - createdAt < GRACE_PERIOD_MS;
	let last: Task = { state: 'pending', id: taskId, providerStatus: '', imageUrls: [] };
	let lastError: string | undefined;
	let failures = 0;
	let withoutImageSince: number | undefined;
	let delay = firstPollDelay(now() - bornAt, random());
	for (;;) {
		if (!(await options.pause(Math.max(0, Math.min(delay, deadline - now())))))
			throw new Flux2Failure({ kind: 'cancelled' }, taskId);
		const isLast = now() >= deadline;
		const response = await outcomeOf(options.getTask());
		if ('value' in response) {
			last = response.value;
			failures = 0;
			lastError = undefined;
		} else if (response.failure.failure.kind === 'no-image') {
			withoutImageSince ??= now();
			if (isLast || now() - withoutImageSince >= NO_IMAGE_GRACE_MS) throw response.failure;
			delay = NO_IMAGE_RETRY_MS;
			continue;
		} else {
			if (!isTransient(response.failure, isInGracePeriod())) throw response.failure;
			lastError = describeError(response.failure);
			failures += 1;
		}
		if (isTerminal(last)) return last;
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
		delay =
			failures > 0 ? backOff(failures - 1, random()) : nextPollDelay(now() - bornAt, random());
	}
}
