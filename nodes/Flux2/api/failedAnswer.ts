import { errorIn, firewallText } from './answerError';
import { chargedBy, type Failure, type Step } from './failures';
import { describesTask, readCreated } from './readTask';

/**
 * What went wrong by the answer to a request, or undefined. A task counts more than an odd code beside
 * it, as long as the HTTP status is 2xx: the answer to a create that names a task is the task's, unless
 * its code says that nothing was taken.
 */
export function failureIn(step: Step, status: number, answer: unknown): Failure | undefined {
	const blocked = firewallText(status, answer);
	if (blocked !== undefined) return { kind: 'blocked-by-firewall', step, text: blocked };
	const error = errorIn(status, answer);
	if (error === undefined) return undefined;
	const failure: Failure = { kind: 'api-error', step, ...error, text: error.text.slice(0, 300) };
	if (!error.inBody) return failure;
	const isAboutTask =
		step === 'poll'
			? describesTask(answer, error.code)
			: taskNamedIn(failure, answer) !== undefined;
	return isAboutTask ? undefined : failure;
}

/**
 * The id of the task that the answer to a failed create names, '' for one that only shows images, or
 * undefined. An answer that says that nothing was taken names none: its id is the request's.
 */
export const taskNamedIn = (failure: Failure, answer: unknown): string | undefined =>
	chargedBy(failure) === 'no' ? undefined : readCreated(answer)?.id;
