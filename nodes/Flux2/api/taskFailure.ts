import { RESULT_KEYS, TASK_FAILED_CODE } from './contract';
import { codeOf, failureText } from './answerError';
import { isFields, isNamedIn, payloadOf, rootOf, type Fields } from './response';
import { hasFailedNumber, meaningOf, wordIn } from './status';
import { idOf } from './taskIds';

/** Failure words that stand inside a result, as in `response_data: [{ fail_message }]`. [own] */
function failureTextInResults(
	payload: Fields,
	textOf: (fields: Fields) => string | undefined,
): string | undefined {
	for (const key of RESULT_KEYS) {
		const value = payload[key];
		const entries: unknown[] = Array.isArray(value) ? value.slice(0, 20) : [value];
		for (const entry of entries) {
			const text = isFields(entry) ? textOf(entry) : undefined;
			if (text !== undefined) return text;
		}
	}
	return undefined;
}

/** Without `message` and `msg`, where "Task created" may stand as well. */
const plainFailureText = (fields: Fields): string | undefined =>
	failureText({ ...fields, message: undefined, msg: undefined });

const saysFailure = (payload: Fields): boolean =>
	(plainFailureText(payload) ?? failureTextInResults(payload, plainFailureText)) !== undefined;

/**
 * `{ "status": "error", "message" }` without `data` and without an id is how many an API answers a
 * request that failed. Taken for a failed task it would let a retry pay for an image that is being generated.
 */
export const isErrorWithoutTask = (answer: unknown): boolean =>
	isFields(answer) &&
	payloadOf(answer) === answer &&
	idOf(answer) === undefined &&
	typeof answer.status === 'string' &&
	/^(error|fail)$/i.test(answer.status.trim());

/** Whether the task has failed where no word says so: by what can mean nothing else. */
export function hasFailedWithoutWord(answer: unknown, id: string): boolean {
	const payload = payloadOf(answer, id);
	if (hasFailedNumber(payload) || saysFailure(payload)) return true;
	const root = rootOf(answer);
	const hasFailedAround =
		codeOf(root.code) === TASK_FAILED_CODE || meaningOf(wordIn(root)) === 'failed';
	return hasFailedAround && isNamedIn(answer, id);
}

/** Why a task failed, in the service's own words. */
export function reasonOf(answer: unknown, id: string): string {
	const payload = payloadOf(answer, id);
	const texts = [
		failureText(payload),
		failureTextInResults(payload, failureText),
		failureText(rootOf(answer)),
	];
	return (texts.find((text) => text !== undefined) ?? 'no reason given').slice(0, 500);
}
