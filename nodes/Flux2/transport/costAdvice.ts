import { chargedBy, isOfCreate, type Failure, type Flux2Failure } from '../api/failures';

/** What becomes of a task that this run created, and how its image is had without paying for another. */
function createdTaskAdvice(failure: Failure, taskId: string): string {
	const getTask = `Get it with the Get Task operation in a separate workflow (task ID ${taskId})`;
	if (failure.kind === 'no-image')
		return `The image may have been charged. ${getTask}, or ask API in One about it.`;
	if (failure.kind === 'cancelled')
		return `The image is still in progress. ${getTask}. Running the workflow again generates, and charges for, a new image.`;
	if (isOfCreate(failure))
		return `The image may have been charged, and the response names task ${taskId}. ${getTask} before you run the workflow again.`;
	return `The image is still in progress. ${getTask}, or retry this execution. Running this node again generates, and charges for, a new image.`;
}

/** How the image of a task that exists can still be had, without paying for another one. */
function taskAdvice({ failure, request }: Flux2Failure, taskId: string): string {
	if (failure.kind === 'task-failed')
		return 'API in One bills successful images only, so this one should be free.';
	// Perhaps nobody ever created it: the ID may be mistyped.
	if (failure.kind === 'api-error' && failure.step === 'poll' && failure.code === 404)
		return 'If one of your workflows created this task, it may have been charged: check your API in One account.';
	if (request !== undefined) return createdTaskAdvice(failure, taskId);
	// Get Task, or the trigger, asked for a task that somebody has created.
	return failure.kind === 'no-image'
		? 'The image may have been charged. Run Get Task later, which is free, or ask API in One about it.'
		: 'Run Get Task again later: it is free and generates no new image.';
}

/** What a failure has cost, and how to go on without paying twice. */
export function costAdvice(error: Flux2Failure): string {
	const { failure, taskId, request } = error;
	if (taskId !== undefined && taskId !== '') return taskAdvice(error, taskId);
	if (chargedBy(failure) === 'no') return 'Nothing was charged.';
	const what =
		request === undefined ? '' : ` It asked for "${request.prompt}" at ${request.sentAt}.`;
	return `This image may have been charged, so it was not requested again.${what} Check your API in One account before you run the workflow again.`;
}
