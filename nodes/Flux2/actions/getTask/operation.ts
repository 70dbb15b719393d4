import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../../api/failures';
import { isTerminal, type Task } from '../../api/task';
import { toOutputItem } from '../outputItem';
import { readDownloadOptions } from '../downloadFields';
import { waitForTask, throwIfFailed } from '../waitForTask';
import { mapWithConcurrency } from '../../transport/concurrency';
import { readOptions } from '../options';
import { report } from '../report';
import { startRun, type Run } from '../run';

function readTaskId(ctx: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = ctx.getNodeParameter('taskId', itemIndex, '');
	const taskId = typeof value === 'number' ? String(value) : value;
	if (typeof taskId === 'string' && taskId.trim() !== '') return taskId.trim();
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: 'The task ID is empty',
		advice: 'Fill in the ID a Flux 2 node gave, or check the expression that should fill it.',
	});
}

async function taskOf(run: Run, itemIndex: number, taskId: string): Promise<Task> {
	if (run.ctx.getNodeParameter('waitUntilSettled', itemIndex, false) === true) {
		const { timeoutSeconds } = readOptions(run.ctx, itemIndex);
		return await waitForTask(run, taskId, undefined, timeoutSeconds);
	}
	const task = await run.client.getTask(taskId);
	return isTerminal(task) ? throwIfFailed(task) : task;
}

async function getOne(run: Run, itemIndex: number): Promise<INodeExecutionData> {
	const { ctx, signal, isTool } = run;
	const taskId = readTaskId(ctx, itemIndex);
	const { fileName } = readOptions(ctx, itemIndex);
	const downloadOptions = readDownloadOptions(ctx, itemIndex, fileName, isTool);
	return await toOutputItem(
		ctx,
		await taskOf(run, itemIndex, taskId),
		downloadOptions,
		undefined,
		signal,
	);
}

/** Shows the task of every item: as it is now, or as it ends. */
export async function getTask(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	const items = ctx.getInputData();
	const getResult = async (_: unknown, itemIndex: number) => {
		const got = await outcomeOf(getOne(run, itemIndex));
		return 'value' in got ? got.value : got.failure;
	};
	const results = await mapWithConcurrency(
		items,
		run.concurrency,
		getResult,
		() => !run.signal?.aborted,
	);
	const stopped = new Flux2Failure({ kind: 'cancelled' });
	return report(
		run,
		results.map((result) => result ?? stopped),
	);
}
