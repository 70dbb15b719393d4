import { CREATE_PATH } from '../nodes/Flux2/api/contract.ts';
import type { Flux2Failure } from '../nodes/Flux2/api/failures.ts';
import type { Task } from '../nodes/Flux2/api/task.ts';
import { errorMessage } from '../nodes/Flux2/transport/errorMessages.ts';
import { refusalCode } from './findings.mts';
import type { Asked } from './service.mts';

/** What happened, in the node's words. */
export const wordsOf = (failure: Flux2Failure): string => {
	const { message } = errorMessage(failure);
	const { failure: what } = failure;
	const shown =
		what.kind === 'unreadable-answer' || what.kind === 'no-image' ? `: ${what.excerpt}` : '';
	const words = what.kind === 'api-error' && what.text !== '' ? `: "${what.text}"` : '';
	return `${message}${message.includes(words) ? '' : words}${shown}.`;
};

/** An answer as a line on the screen. */
export function inShort({ outcome, answer }: Asked<Task>): string {
	if ('value' in outcome) {
		const { providerStatus, state } = outcome.value;
		const count = outcome.value.state === 'succeeded' ? outcome.value.imageUrls.length : 0;
		const images = count === 0 ? '' : `, ${count} image${count === 1 ? '' : 's'}`;
		return `${providerStatus || 'no word'} (${state})${images}`;
	}
	const { failure } = outcome.failure;
	const words = failure.kind === 'api-error' ? `"${failure.text}"` : wordsOf(outcome.failure);
	return answer === undefined ? words : `HTTP ${answer.status}: ${words}`;
}

/** Why a look at a task that does not exist speaks against buying anything. */
export function whyNotToBuy({ outcome }: Asked<Task>): string | undefined {
	if ('value' in outcome) return undefined;
	const { failure } = outcome.failure;
	const code = refusalCode(outcome);
	if (code === 401 || code === 403) return 'The service refused the key in APIINONE_API_KEY.';
	if (code === 429 || code === 455 || (code !== undefined && code >= 500))
		return `The service is not well: ${wordsOf(outcome.failure)}`;
	if (failure.kind === 'no-answer' || failure.kind === 'redirected')
		return `${wordsOf(outcome.failure)} Is APIINONE_BASE_URL right?`;
	if (failure.kind === 'unreadable-answer')
		return `This does not look like the service: ${wordsOf(outcome.failure)} Its order path is ${CREATE_PATH}.`;
	return undefined;
}
