import { Flux2Failure } from './failures';

const messageOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

/** Whatever was thrown while an item was read, before anything was sent, as that item's failure. */
export function toFailure(error: unknown): Flux2Failure {
	if (error instanceof Flux2Failure) return error;
	return new Flux2Failure({
		kind: 'invalid-input',
		problem: `This item cannot be read: ${messageOf(error)}`,
		advice: 'Check the expressions in this node and the files of the item.',
	});
}

/** Whatever was thrown after a task was created: it must not hide which task was paid for. */
export function withTaskId(error: unknown, taskId: string): Flux2Failure {
	if (!(error instanceof Flux2Failure))
		return new Flux2Failure({ kind: 'unexpected', text: messageOf(error) }, taskId);
	return new Flux2Failure(error.failure, error.taskId ?? taskId, error.request);
}
