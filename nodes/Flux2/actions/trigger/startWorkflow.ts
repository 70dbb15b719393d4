import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import type { Task } from '../../api/task';
import { errorMessage } from '../../transport/errorMessages';
import {
	authenticateCallback,
	respond,
	getCallbackTask,
	type VerifiedCallback,
	type CallbackTask,
} from '../handleCallback';
import { taskItem, attachImages } from '../outputItem';
import { readDownloadOptions } from '../downloadFields';
import { DeliveredTasks } from './deliveredTasks';
import { DEFAULT_FILE_NAME } from '../options';

/** A task that is done without an image, as the failed task it is to its user. */
function asTask(seen: Exclude<CallbackTask, string>): Task {
	if (!(seen instanceof Flux2Failure)) return seen;
	const { message, description } = errorMessage(seen);
	return {
		state: 'failed',
		id: seen.taskId ?? '',
		providerStatus: 'done',
		reason: `${message}. ${description}`,
	};
}

async function newlyDone(
	callback: VerifiedCallback,
	handled: DeliveredTasks,
): Promise<{ tasks: Task[]; seen: CallbackTask[] }> {
	const claimed = callback.taskIds.filter((taskId) => handled.claim(taskId));
	const seen = await Promise.all(
		claimed.map(async (taskId) => await getCallbackTask(callback, taskId)),
	);
	const tasks = seen.flatMap((one, index) => {
		const taskId = claimed[index] ?? '';
		if (typeof one === 'string') {
			handled.release(taskId);
			return [];
		}
		handled.remember(taskId);
		return [asTask(one)];
	});
	return { tasks, seen };
}

/**
 * A ring at the trigger: starts the workflow with the tasks it names that are settled, each once.
 * Whatever comes, there is an answer: 401 without the token, 503 where the task could not be read
 * and the sender should try again, else 200.
 */
export async function startWorkflow(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { requireToken } = ctx.getNodeParameter('options', {}) as { requireToken?: boolean };
	const callback = await authenticateCallback(ctx, requireToken !== false);
	if (callback === undefined) return respond(ctx, 401, 'the token is missing or wrong');
	if (callback.taskIds.length === 0) return respond(ctx, 200, 'ignored: it names no task');
	const { tasks, seen } = await newlyDone(callback, new DeliveredTasks(ctx));
	const events = ctx.getNodeParameter('events', ['succeeded', 'failed']) as string[];
	const chosen = tasks.filter((task) => events.includes(task.state));
	const unread = seen.includes('no answer');
	if (chosen.length === 0)
		return unread
			? respond(ctx, 503, 'the task could not be read, try again')
			: respond(ctx, 200, 'ignored: nothing new is settled');
	// Now, not by n8n: it may keep the run waiting for its turn, and the sender waits for 15 s at most.
	const answered = unread
		? respond(ctx, 503, 'a task could not be read, try again')
		: respond(ctx, 200, 'taken');
	return { ...answered, workflowData: [chosen.map((task) => taskItem(task))] };
}

/**
 * Fetches the images, once the workflow runs. What `webhook()` stores is filed under no execution:
 * n8n 1.x throws such files away as soon as another run of the workflow ends (1.123.81,
 * `FileSystemManager.rename`), and n8n 2 with files in the database never finds them again.
 */
export async function fetchImages(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const signal = ctx.getExecutionCancelSignal();
	const fetched = ctx.getInputData().map(async (item, index) => {
		const downloadOptions = readDownloadOptions(ctx, index, DEFAULT_FILE_NAME);
		return await attachImages(ctx, item, downloadOptions, signal);
	});
	return [await Promise.all(fetched)];
}
