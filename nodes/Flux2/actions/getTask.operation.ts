import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { isSettled, type Task } from '../api/task';
import { conclude } from './conclude';
import { readWanted } from './downloadFields';
import { follow, unlessFailed } from './follow';
import { runInLanes } from './lanes';
import { readOptions } from './options';
import { report } from './report';
import { openRun, type Run } from './run';

function readTaskId(host: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = host.getNodeParameter('taskId', itemIndex, '');
	const taskId = typeof value === 'number' ? String(value) : value;
	if (typeof taskId === 'string' && taskId.trim() !== '') return taskId.trim();
	throw new Flux2Failure({
		kind: 'invalid',
		problem: 'The task ID is empty',
		advice: 'Fill in the ID a Flux 2 node gave, or check the expression that should fill it.',
	});
}

async function taskOf(run: Run, itemIndex: number, taskId: string): Promise<Task> {
	if (run.host.getNodeParameter('waitUntilSettled', itemIndex, false) === true) {
		const { timeoutSeconds } = readOptions(run.host, itemIndex);
		return await follow(run, taskId, undefined, timeoutSeconds);
	}
	const task = await run.client.read(taskId);
	return isSettled(task) ? unlessFailed(task) : task;
}

async function getOne(run: Run, itemIndex: number): Promise<INodeExecutionData> {
	const { host, signal, isTool } = run;
	const taskId = readTaskId(host, itemIndex);
	const { fileName } = readOptions(host, itemIndex);
	const wanted = readWanted(host, itemIndex, fileName, isTool);
	return await conclude(host, await taskOf(run, itemIndex, taskId), wanted, undefined, signal);
}

/** Shows the task of every item: as it is now, or as it ends. */
export async function getTask(host: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await openRun(host);
	const items = host.getInputData();
	const getResult = async (_: unknown, itemIndex: number) => {
		const got = await outcomeOf(getOne(run, itemIndex));
		return 'value' in got ? got.value : got.failure;
	};
	const results = await runInLanes(items, run.lanes, getResult, () => !run.signal?.aborted);
	const stopped = new Flux2Failure({ kind: 'cancelled' });
	return report(
		run,
		results.map((result) => result ?? stopped),
	);
}
