/** An execution with its data, as n8n stores it. */
export interface Execution {
	id: string;
	status: string;
	data: {
		resultData: { runData: Record<string, NodeRun[]>; error?: { message: string } };
		/** Signs the addresses that resume a waiting execution; n8n 1.x has none. */
		resumeToken?: string;
		/** Nodes that have not run yet. */
		executionData?: { nodeExecutionStack: unknown[] };
	};
}

/** One run of one node in an execution. */
export interface NodeRun {
	executionStatus?: string;
	error?: { message: string; description?: string };
	data?: { main: Array<Array<{ json: Record<string, unknown>; binary?: object }> | null> };
}

/**
 * Whether the data matches the status. n8n 1.x stores the data a moment later than the status: until
 * then there is none, or the data from before a waiting execution was resumed.
 */
export function isComplete({ status, data }: Execution): boolean {
	if (Object.keys(data.resultData.runData).length === 0) return false;
	return status !== 'success' || data.executionData?.nodeExecutionStack.length === 0;
}
