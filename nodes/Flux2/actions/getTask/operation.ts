import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import type { Task } from '../../api/task';
import { isTaskId } from '../../api/taskIds';
import { toFailure } from '../../api/toFailure';
import { mapWithConcurrency } from '../../transport/concurrency';
import { readDownloadOptions, type DownloadOptions } from '../downloadFields';
import { readItemOptions } from '../options';
import { report } from '../report';
import { outcomeOfTask, type Result } from '../result';
import { startRun, type Run } from '../run';
import { waitForTask } from '../waitForTask';

interface TaskToGet {
	taskId: string;
	/** How long to poll until it is done; undefined to poll once. */
	timeoutSeconds?: number;
	continueOnTimeout: boolean;
	downloadOptions: DownloadOptions;
}

/** The ID in a value: the value itself, or the last part of a URL. */
function taskIdIn(value: unknown): string {
	// A number that is too long for JavaScript has lost its last digits already.
	const text = typeof value === 'string' || Number.isSafeInteger(value) ? String(value).trim() : '';
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
	const last = new URL(text).pathname.split('/').filter(Boolean).at(-1) ?? '';
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

function readTaskId(ctx: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = ctx.getNodeParameter('taskId', itemIndex, '');
	const taskId = taskIdIn(value);
	if (isTaskId(taskId)) return taskId;
	const isEmpty = value === undefined || value === null || String(value).trim() === '';
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: isEmpty ? 'The task ID is empty' : `"${String(value)}" is not a task ID`,
		advice: 'Enter the task ID from a Flux 2 node, or check the expression that returns it.',
	});
}

function readItem({ ctx, isTool }: Run, itemIndex: number): TaskToGet {
	const { timeoutSeconds, continueOnTimeout, fileName } = readItemOptions(ctx, itemIndex);
	const waits = ctx.getNodeParameter('waitUntilSettled', itemIndex, false) === true;
	return {
		taskId: readTaskId(ctx, itemIndex),
		continueOnTimeout,
		downloadOptions: readDownloadOptions(ctx, itemIndex, fileName, isTool),
		...(waits && { timeoutSeconds }),
	};
}

async function taskOf(run: Run, item: TaskToGet): Promise<Task> {
	const { taskId, timeoutSeconds, continueOnTimeout } = item;
	if (timeoutSeconds === undefined) return await run.client.getTask(taskId);
	return await waitForTask(run, taskId, { timeoutSeconds, continueOnTimeout });
}

async function getOne(run: Run, itemIndex: number): Promise<Result> {
	let item: TaskToGet;
	try {
		item = readItem(run, itemIndex);
	} catch (error) {
		return { itemIndex, outcome: toFailure(error) };
	}
	const { taskId, downloadOptions } = item;
	const getTask = async (): Promise<Task> => await taskOf(run, item);
	const { ctx, signal } = run;
	return { itemIndex, ...(await outcomeOfTask(ctx, taskId, getTask, downloadOptions, { signal })) };
}

/** Gets the task of every item: as it is now, or when it is done. */
export async function getTask(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	const results = await mapWithConcurrency(
		ctx.getInputData(),
		run.concurrency,
		async (_, itemIndex) => await getOne(run, itemIndex),
		() => !run.signal?.aborted,
	);
	const cancelled = new Flux2Failure({ kind: 'cancelled' });
	return report(
		run,
		results.map((result, itemIndex) => result ?? { itemIndex, outcome: cancelled }),
	);
}
