import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { LogLine } from './memoryLogger.mts';

/** An error as n8n stores it in an execution, and shows it to the user. */
export interface StoredError {
	name: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	context?: IDataObject;
	messages?: string[];
	[key: string]: unknown;
}

/** An execution that has ended or is waiting. "The node" is the node under test. */
export interface Result {
	executionId: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	/** Why the execution failed. */
	error?: StoredError;
	/** The node's first output in its last run. */
	items: INodeExecutionData[];
	/** All outputs of the node in its last run: with `continueErrorOutput` the last one has the errors. */
	outputs: INodeExecutionData[][];
	/** The node's runs, in order. In a loop there are several. */
	runs: ITaskData[];
	/** The first output of any node in its last run. */
	itemsOf(name: string): INodeExecutionData[];
	/** The hints that the node showed above its output in its last run. */
	hints: NodeExecutionHint[];
	/** The node's context, which survives retries. */
	context: IDataObject;
	/** The run data, live. */
	data: IRunExecutionData;
	/** The execution as n8n stores it in its database: the place to search for a secret. */
	stored: string;
	/** The lines written to n8n's log during the run. */
	logs: LogLine[];
	/** Until when the execution waits, if it does. */
	waitTill?: Date;
}

/** Extracts what tests need from n8n's run data. */
export function readResult(
	nodeName: string,
	execution: Pick<
		Result,
		'executionId' | 'mode' | 'status' | 'data' | 'stored' | 'logs' | 'waitTill'
	>,
): Result {
	const { resultData, executionData } = execution.data;
	const runs = resultData.runData[nodeName] ?? [];
	const outputsOf = (run?: ITaskData) =>
		(run?.data?.main ?? []).map((items): INodeExecutionData[] => items ?? []);
	const outputs = outputsOf(runs.at(-1));
	return {
		...execution,
		error: resultData.error as unknown as StoredError | undefined,
		items: outputs[0] ?? [],
		outputs,
		runs,
		itemsOf: (name) => outputsOf(resultData.runData[name]?.at(-1))[0] ?? [],
		hints: runs.at(-1)?.hints ?? [],
		context: (executionData?.contextData[`node:${nodeName}`] as IDataObject | undefined) ?? {},
	};
}
