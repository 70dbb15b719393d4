import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { LogLine } from './hostLog.mts';

/** An error as n8n keeps it in an execution: what the user can see of it. */
export interface ShownError {
	name: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	context?: IDataObject;
	messages?: string[];
	[more: string]: unknown;
}

/** One execution, after it ended or went to wait. "The node" is the node under test. */
export interface Result {
	executionId: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	/** Why the execution failed. */
	error?: ShownError;
	/** First output of the node, in its last run. */
	items: INodeExecutionData[];
	/** Every output of the node, in its last run: with `continueErrorOutput` the last has the errors. */
	outputs: INodeExecutionData[][];
	/** The node's runs, in order: a loop makes several. */
	runs: ITaskData[];
	/** First output of any node, in its last run. */
	itemsOf(name: string): INodeExecutionData[];
	/** What the node told the user above its output, in its last run. */
	hints: NodeExecutionHint[];
	/** What the node keeps in its context: it survives retries. */
	context: IDataObject;
	/** The run data, live. */
	data: IRunExecutionData;
	/** The execution as n8n has it in its database: the place to search for a secret. */
	stored: string;
	/** All that was written to n8n's log during the run. */
	logs: LogLine[];
	/** Until when the execution waits, if it does. */
	waitTill?: Date;
}

/** Reads what a test wants to know out of n8n's run data. */
export function readResult(
	subject: string,
	ended: Pick<Result, 'executionId' | 'mode' | 'status' | 'data' | 'stored' | 'logs' | 'waitTill'>,
): Result {
	const { resultData, executionData } = ended.data;
	const runs = resultData.runData[subject] ?? [];
	const outputsOf = (run?: ITaskData) =>
		(run?.data?.main ?? []).map((items): INodeExecutionData[] => items ?? []);
	const outputs = outputsOf(runs.at(-1));
	return {
		...ended,
		error: resultData.error as unknown as ShownError | undefined,
		items: outputs[0] ?? [],
		outputs,
		runs,
		itemsOf: (name) => outputsOf(resultData.runData[name]?.at(-1))[0] ?? [],
		hints: runs.at(-1)?.hints ?? [],
		context: (executionData?.contextData[`node:${subject}`] as IDataObject | undefined) ?? {},
	};
}
