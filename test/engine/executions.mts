import { parse, stringify } from 'flatted';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	ExecutionStatus,
	IDataObject,
	IRun,
	IRunExecutionData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { ManualExecutionCancelledError } from 'n8n-workflow';
import { memoryLogger } from './memoryLogger.mts';
import type { NodeTypes } from './nodeTypes.mts';
import { readResult, type Result } from './result.mts';
import { restoreBinaryIds } from './restoreBinaryIds.mts';
import { openWorkflow } from './workflow.mts';

/** A row of n8n's table of executions. */
export interface ExecutionRow {
	id: string;
	workflow: IWorkflowBase;
	/** Name of the node under test. */
	nodeName: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	/** The run data, serialized as n8n stores it. */
	data: string;
	/** The run data with which it was started. */
	initialData: string;
	retryOf?: string;
	/** The current run, or the last one. */
	latestRun?: RunningExecution;
}

/** An execution in progress: wait for it, or cancel it. */
export interface RunningExecution extends Promise<Result> {
	executionId: string;
	/**
	 * Cancels the execution as the user's stop button does, or the workflow's time-out. Resolves when
	 * the node has really ended.
	 */
	cancel(by?: 'user' | 'timeout'): Promise<Result>;
}

/** A new execution. */
export interface StartOptions {
	workflow: IWorkflowBase;
	nodeName: string;
	mode: WorkflowExecuteMode;
	data: IRunExecutionData;
	retryOf?: string;
}

/** n8n's executions: each runs in the real engine and is stored as n8n does. */
export class Executions {
	/** Number of executions that are running. */
	running = 0;
	private readonly rows = new Map<string, ExecutionRow>();
	private readonly waiters = new Map<string, Array<(result: Result) => void>>();

	constructor(
		private readonly types: NodeTypes,
		private readonly additionalData: (executionId: string) => IWorkflowExecuteAdditionalData,
		/** Whether resume URLs have a signature, as from n8n 2.17 on. */
		private readonly signed = true,
	) {}

	find(id: string): ExecutionRow | undefined {
		return this.rows.get(id);
	}

	all(): ExecutionRow[] {
		return [...this.rows.values()];
	}

	/** The execution's data, as n8n reads it back. */
	read(row: ExecutionRow): IRunExecutionData {
		return parse(row.data) as IRunExecutionData;
	}

	start(options: StartOptions): RunningExecution {
		const { data, ...rest } = options;
		if (!this.signed) delete data.resumeToken;
		const id = String(this.rows.size + 1);
		const initialData = stringify(data);
		const row: ExecutionRow = { ...rest, id, status: 'running', data: initialData, initialData };
		this.rows.set(id, row);
		return this.run(row, data);
	}

	/**
	 * "Retry" of an execution that did not succeed: a new execution continues from the stored data,
	 * without the run that failed.
	 */
	retry(id: string): RunningExecution {
		const row = this.get(id);
		if (row.status === 'success') throw new Error('It succeeded, so it cannot be retried.');
		const data = this.read(row);
		const { lastNodeExecuted } = data.resultData;
		if (lastNodeExecuted !== undefined) {
			delete data.resultData.error;
			const runs = data.resultData.runData[lastNodeExecuted];
			if (runs?.at(-1)?.error !== undefined) runs.pop();
		}
		const { workflow, nodeName } = row;
		return this.start({ workflow, nodeName, mode: 'retry', data, retryOf: id });
	}

	/** The same workflow with the same items, as a new execution. */
	runAgain(id: string): RunningExecution {
		const row = this.get(id);
		const { workflow, nodeName, mode, initialData } = row;
		return this.start({ workflow, nodeName, mode, data: parse(initialData) as IRunExecutionData });
	}

	/** Runs the same execution from its start again: its data has nothing from the first run. */
	restart(id: string): RunningExecution {
		const row = this.get(id);
		row.status = 'running';
		row.data = row.initialData;
		return this.run(row, this.read(row));
	}

	/** Resumes a waiting execution. Of two concurrent attempts n8n accepts one. */
	resume(row: ExecutionRow, data: IRunExecutionData): RunningExecution {
		if (row.status !== 'waiting') throw new Error('Execution is already being resumed');
		row.status = 'running';
		row.data = stringify(data);
		return this.run(row, data, row.id);
	}

	/** The result of an execution once it is neither running nor waiting. */
	async finished(id: string): Promise<Result> {
		const row = this.get(id);
		const latest = await row.latestRun;
		if (latest !== undefined && row.status !== 'waiting' && row.status !== 'running') return latest;
		return await new Promise((resolve) => {
			this.waiters.set(id, [...(this.waiters.get(id) ?? []), resolve]);
		});
	}

	private get(id: string): ExecutionRow {
		const row = this.rows.get(id);
		if (row === undefined) throw new Error(`There is no execution ${id}`);
		return row;
	}

	private run(
		row: ExecutionRow,
		data: IRunExecutionData,
		restartExecutionId?: string,
	): RunningExecution {
		const workflow = openWorkflow(row.workflow, this.types);
		const hooks = new ExecutionLifecycleHooks(row.mode, row.id, row.workflow, row.retryOf);
		const additionalData = { ...this.additionalData(row.id), hooks, restartExecutionId };
		const firstLine = memoryLogger.lines.length;
		hooks.addHandler('workflowExecuteAfter', async (run, staticData) => {
			await this.save(row, run, staticData);
		});

		this.running += 1;
		const engine = new WorkflowExecute(additionalData, row.mode, data);
		const processing: Promise<IRun> & { cancel?: () => void } = (() => {
			try {
				return engine.processRunExecutionData(workflow);
			} catch (error) {
				// n8n rejects a workflow with issues (such as an empty required field) before it starts.
				return rejectedRun(row.mode, data, error as Error);
			}
		})();

		const result = (async () => {
			try {
				const run = await processing;
				if (row.status === 'running') await this.save(row, run);
				return readResult(row.nodeName, {
					executionId: row.id,
					mode: row.mode,
					status: row.status,
					data: run.data,
					stored: row.data,
					logs: memoryLogger.lines.slice(firstLine),
					...(run.waitTill && { waitTill: run.waitTill }),
				});
			} finally {
				this.running -= 1;
			}
		})();
		void result.then((finished) => {
			if (finished.status === 'waiting') return;
			for (const resolve of this.waiters.get(row.id) ?? []) resolve(finished);
			this.waiters.delete(row.id);
		});
		row.latestRun = Object.assign(result, {
			executionId: row.id,
			cancel: async (by: 'user' | 'timeout' = 'user') => {
				if (by === 'user') this.saveCancelled(row);
				processing.cancel?.();
				return await result;
			},
		});
		return row.latestRun;
	}

	private async save(row: ExecutionRow, run: IRun, staticData?: IDataObject): Promise<void> {
		await restoreBinaryIds(run, row.id, row.mode);
		if (staticData !== undefined) row.workflow.staticData = toPlainJson(staticData);
		// A cancelled execution stays as the stop button stored it.
		if (row.status === 'canceled') return;
		row.status = finalStatus(run);
		row.data = stringify(run.data);
	}

	/**
	 * n8n's stop button loads the execution from the database, where it is stored as it was started,
	 * adds "was cancelled" and overwrites everything with that. So both the node's error and its context
	 * are lost.
	 */
	private saveCancelled(row: ExecutionRow): void {
		const error = new ManualExecutionCancelledError(row.id);
		const data = this.read(row);
		data.resultData.error = { ...error, message: error.message, stack: error.stack } as never;
		row.status = 'canceled';
		row.data = stringify(data);
	}
}

function finalStatus(run: IRun): ExecutionStatus {
	if (run.waitTill) return 'waiting';
	if (run.status === 'canceled' || run.status === 'crashed') return run.status;
	return run.data.resultData.error || run.status === 'error' ? 'error' : 'success';
}

async function rejectedRun(
	mode: WorkflowExecuteMode,
	data: IRunExecutionData,
	error: Error,
): Promise<IRun> {
	data.resultData.error = { ...error, message: error.message, stack: error.stack } as never;
	const now = new Date();
	return { data, mode, status: 'error', startedAt: now, stoppedAt: now, storedAt: 'db' };
}

const toPlainJson = <Value,>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
