import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, toFailure, withTaskId } from '../../api/failures';
import type { Task } from '../../api/task';
import { mapWithConcurrency } from '../../transport/concurrency';
import { readDownloadOptions, type DownloadOptions } from '../downloadFields';
import { readItemOptions } from '../options';
import { toOutputItem } from '../outputItem';
import { report } from '../report';
import { startRun, type Run } from '../run';
import type { Result } from '../summary';
import { throwIfFailed, waitForTask } from '../waitForTask';

interface TaskToGet {
	taskId: string;
	/** How long to poll until it is done; undefined to poll once. */
	timeoutSeconds?: number;
	downloadOptions: DownloadOptions;
}

function readTaskId(ctx: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = ctx.getNodeParameter('taskId', itemIndex, '');
	const taskId = typeof value === 'number' ? String(value) : value;
	// A path of dots alone would lead to another address of the service.
	if (typeof taskId === 'string' && !/^\s*\.{0,2}\s*$/.test(taskId)) return taskId.trim();
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem:
			typeof taskId === 'string' && taskId.trim() !== ''
				? `"${taskId.trim()}" is not a task ID`
				: 'The task ID is empty',
		advice: 'Fill in the ID a Flux 2 node gave, or check the expression that should fill it.',
	});
}

function readItem({ ctx, isTool }: Run, itemIndex: number): TaskToGet {
	const { timeoutSeconds, fileName } = readItemOptions(ctx, itemIndex);
	const waits = ctx.getNodeParameter('waitUntilSettled', itemIndex, false) === true;
	return {
		taskId: readTaskId(ctx, itemIndex),
		downloadOptions: readDownloadOptions(ctx, itemIndex, fileName, isTool),
		...(waits && { timeoutSeconds }),
	};
}

async function taskOf(run: Run, { taskId, timeoutSeconds }: TaskToGet): Promise<Task> {
	if (timeoutSeconds !== undefined)
		return await waitForTask(run, taskId, undefined, timeoutSeconds);
	return throwIfFailed(await run.client.getTask(taskId));
}

/** Gets the task of every item: as it is now, or when it is done. */
export async function getTask(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	const getOne = async (_: INodeExecutionData, itemIndex: number): Promise<Result> => {
		let item: TaskToGet | undefined;
		try {
			item = readItem(run, itemIndex);
			const task = await taskOf(run, item);
			return await toOutputItem(ctx, task, item.downloadOptions, undefined, run.signal);
		} catch (error) {
			return item === undefined ? toFailure(error) : withTaskId(error, item.taskId);
		}
	};
	const mayStart = (): boolean => !run.signal?.aborted;
	const results = await mapWithConcurrency(ctx.getInputData(), run.concurrency, getOne, mayStart);
	const stopped = new Flux2Failure({ kind: 'cancelled' });
	return report(
		run,
		results.map((result) => result ?? stopped),
	);
}
