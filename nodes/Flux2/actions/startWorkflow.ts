import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import type { Task } from '../api/task';
import { sentencesOf } from '../transport/sentences';
import { dismiss, letIn, seeTask, type Ring, type Seen } from './answer';
import { conclude, wantedFrom } from './conclude';
import { Handled } from './handled';

/** A task that is done without an image, as the failed task it is to its user. */
function asTask(seen: Exclude<Seen, string>): Task {
	if (!(seen instanceof Flux2Failure)) return seen;
	const { message, description } = sentencesOf(seen);
	return {
		state: 'failed',
		id: seen.taskId ?? '',
		word: 'done',
		reason: `${message}. ${description}`,
	};
}

async function newlySettled(
	ring: Ring,
	handled: Handled,
): Promise<{ tasks: Task[]; seen: Seen[] }> {
	const claimed = ring.taskIds.filter((taskId) => handled.claim(taskId));
	const seen = await Promise.all(claimed.map(async (taskId) => await seeTask(ring, taskId)));
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

async function itemsOf(
	host: IWebhookFunctions,
	tasks: readonly Task[],
): Promise<INodeExecutionData[]> {
	const wanted = wantedFrom({
		download: host.getNodeParameter('download', true),
		outputField: host.getNodeParameter('outputField', 'data'),
		fileName: 'flux2-{taskId}',
	});
	return await Promise.all(tasks.map(async (task) => await conclude(host, task, wanted)));
}

/**
 * A ring at the trigger: starts the workflow with the tasks it names that are settled, each once.
 * Whatever comes, there is an answer: 401 without the token, 503 where the task could not be read
 * and the sender should try again, else 200.
 */
export async function startWorkflow(host: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { requireToken } = host.getNodeParameter('options', {}) as { requireToken?: boolean };
	const ring = await letIn(host, requireToken !== false);
	if (ring === undefined) return dismiss(host, 401, 'the token is missing or wrong');
	if (ring.taskIds.length === 0) return dismiss(host, 200, 'ignored: it names no task');
	const { tasks, seen } = await newlySettled(ring, new Handled(host));
	const events = host.getNodeParameter('events', ['succeeded', 'failed']) as string[];
	const wanted = tasks.filter((task) => events.includes(task.state));
	if (wanted.length === 0)
		return seen.includes('no answer')
			? dismiss(host, 503, 'the task could not be read, try again')
			: dismiss(host, 200, 'ignored: nothing new is settled');
	// The sender is answered before the images are fetched: it does not wait for long.
	host.getResponseObject().status(200).json({ status: 'taken' });
	return { workflowData: [await itemsOf(host, wanted)], noWebhookResponse: true };
}
