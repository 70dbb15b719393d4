import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import { readDownloadOptions } from '../downloadFields';
import { getCallbackTask, type CallbackTask } from '../callbackPolls';
import { failureJson } from '../failureItem';
import { authenticateCallback, respond, type VerifiedCallback } from '../handleCallback';
import { DEFAULT_FILE_NAME } from '../optionsField';
import { attachImages, taskItem } from '../outputItem';
import { DeliveredTasks } from './deliveredTasks';

interface Delivery {
	event: 'succeeded' | 'failed';
	item: INodeExecutionData;
}

/** What the workflow starts with; undefined while a later callback may show more of the task. */
function deliverable(
	taskId: string,
	polled: CallbackTask,
	delivered: DeliveredTasks,
): Delivery | undefined {
	if (typeof polled === 'string') return undefined;
	if (polled instanceof Flux2Failure)
		return delivered.isFirstWithoutImage(taskId)
			? undefined
			: { event: 'failed', item: failedTaskItem(polled) };
	if (polled.state === 'succeeded') return { event: 'succeeded', item: taskItem(polled) };
	const { id, providerStatus, reason } = polled;
	const failure = new Flux2Failure({ kind: 'task-failed', providerStatus, reason }, id);
	return { event: 'failed', item: failedTaskItem(failure, providerStatus) };
}

/** With the fields of a task that has an image, so that a workflow can rely on them. */
const failedTaskItem = (failure: Flux2Failure, providerStatus = 'done'): INodeExecutionData => ({
	json: { providerStatus, imageUrl: null, imageUrls: [], ...failureJson(failure) },
});

/** The tasks of a callback that are done and were not delivered before. */
async function newlyDone(
	callback: VerifiedCallback,
	delivered: DeliveredTasks,
): Promise<{ deliveries: Delivery[]; tryAgain: boolean }> {
	const claimed = callback.taskIds.filter((taskId) => delivered.claim(taskId));
	const deliveries: Delivery[] = [];
	let tryAgain = false;
	const handle = async (taskId: string): Promise<void> => {
		const polled = await getCallbackTask(callback, taskId);
		const delivery = deliverable(taskId, polled, delivered);
		if (delivery === undefined) {
			delivered.release(taskId);
			tryAgain ||= polled === 'no answer' || typeof polled !== 'string';
		} else {
			delivered.remember(taskId);
			deliveries.push(delivery);
		}
	};
	await Promise.all(claimed.map(handle));
	return { deliveries, tryAgain };
}

/**
 * A callback for the trigger: starts the workflow with the tasks it names that are done, each once.
 * Whatever comes, there is a response: 401 without the token, 503 where a task could not be read and
 * the sender should try again, else 200.
 */
export async function startWorkflow(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { requireToken } = ctx.getNodeParameter('options', {}) as { requireToken?: boolean };
	const callback = await authenticateCallback(ctx, requireToken !== false);
	if (callback === undefined) return respond(ctx, 401, 'the token is missing or wrong');
	if (callback.taskIds.length === 0) return respond(ctx, 200, 'ignored: it names no task');
	const { deliveries, tryAgain } = await newlyDone(callback, new DeliveredTasks(ctx));
	const events = ctx.getNodeParameter('events', ['succeeded', 'failed']) as string[];
	const chosen = deliveries.filter(({ event }) => events.includes(event));
	if (chosen.length === 0)
		return tryAgain
			? respond(ctx, 503, 'the task could not be read, try again')
			: respond(ctx, 200, 'ignored: no task is newly done');
	// Now, not by n8n: it may keep the run waiting for its turn, and the sender waits for 15 s at most.
	const answered = tryAgain
		? respond(ctx, 503, 'a task could not be read, try again')
		: respond(ctx, 200, 'accepted');
	return { ...answered, workflowData: [chosen.map(({ item }) => item)] };
}

/**
 * Downloads the images, once the workflow runs. What `webhook()` stores is filed under no execution:
 * n8n 1.x deletes such files as soon as another run of the workflow ends (1.123.81,
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
