import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import type { Task } from '../api/task';
import { sentencesOf } from '../transport/sentences';
import { letIn, respond, seeTask, type Ring, type Seen } from './answer';
import { itemOf, withImages } from './conclude';
import { readWanted } from './downloadFields';
import { Handled } from './handled';
import { DEFAULT_FILE_NAME } from './options';

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

/**
 * A ring at the trigger: starts the workflow with the tasks it names that are settled, each once.
 * Whatever comes, there is an answer: 401 without the token, 503 where the task could not be read
 * and the sender should try again, else 200.
 */
export async function startWorkflow(host: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { requireToken } = host.getNodeParameter('options', {}) as { requireToken?: boolean };
	const ring = await letIn(host, requireToken !== false);
	if (ring === undefined) return respond(host, 401, 'the token is missing or wrong');
	if (ring.taskIds.length === 0) return respond(host, 200, 'ignored: it names no task');
	const { tasks, seen } = await newlySettled(ring, new Handled(host));
	const events = host.getNodeParameter('events', ['succeeded', 'failed']) as string[];
	const chosen = tasks.filter((task) => events.includes(task.state));
	const unread = seen.includes('no answer');
	if (chosen.length === 0)
		return unread
			? respond(host, 503, 'the task could not be read, try again')
			: respond(host, 200, 'ignored: nothing new is settled');
	// Now, not by n8n: it may keep the run waiting for its turn, and the sender waits for 15 s at most.
	const answered = unread
		? respond(host, 503, 'a task could not be read, try again')
		: respond(host, 200, 'taken');
	return { ...answered, workflowData: [chosen.map((task) => itemOf(task))] };
}

/**
 * Fetches the images, once the workflow runs. What `webhook()` stores is filed under no execution:
 * n8n 1.x throws such files away as soon as another run of the workflow ends (1.123.81,
 * `FileSystemManager.rename`), and n8n 2 with files in the database never finds them again.
 */
export async function fetchImages(host: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const signal = host.getExecutionCancelSignal();
	const fetched = host.getInputData().map(async (item, index) => {
		const wanted = readWanted(host, index, DEFAULT_FILE_NAME);
		return await withImages(host, item, wanted, signal);
	});
	return [await Promise.all(fetched)];
}
