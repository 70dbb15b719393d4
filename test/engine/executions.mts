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
import { hostLog } from './hostLog.mts';
import type { NodeTypes } from './nodeTypes.mts';
import { readResult, type Result } from './result.mts';
import { restoreBinaryIds } from './restoreBinaryIds.mts';
import { openWorkflow } from './workflow.mts';

/** A row of n8n's table of executions. */
export interface Row {
	id: string;
	workflow: IWorkflowBase;
	/** Name of the node under test. */
	subject: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	/** The run data, in the form in which n8n writes it down. */
	data: string;
	/** The run data it began with. */
	first: string;
	retryOf?: string;
	/** The run that is under way, or the last one. */
	running?: Running;
}

/** A run that is under way: wait for it, or stop it. */
export interface Running extends Promise<Result> {
	executionId: string;
	/**
	 * Ends the execution as the user's stop button does, or as the workflow's time-out. Resolves when
	 * the node has really ended.
	 */
	cancel(by?: 'user' | 'timeout'): Promise<Result>;
}

/** What it takes to run something. */
export interface Order {
	workflow: IWorkflowBase;
	subject: string;
	mode: WorkflowExecuteMode;
	data: IRunExecutionData;
	retryOf?: string;
}

/** n8n's executions: each runs in the real engine and is written down as n8n does. */
export class Executions {
	/** How many are running at this moment. */
	underWay = 0;
	private readonly rows = new Map<string, Row>();
	private readonly waiters = new Map<string, Array<(result: Result) => void>>();

	constructor(
		private readonly types: NodeTypes,
		private readonly additionalData: (executionId: string) => IWorkflowExecuteAdditionalData,
		/** Whether resume URLs bear a signature, as they do from n8n 2.17 on. */
		private readonly signed = true,
	) {}

	find(id: string): Row | undefined {
		return this.rows.get(id);
	}

	all(): Row[] {
		return [...this.rows.values()];
	}

	/** The execution's data, as n8n reads it back. */
	read(row: Row): IRunExecutionData {
		return parse(row.data) as IRunExecutionData;
	}

	start(order: Order): Running {
		const { data, ...rest } = order;
		if (!this.signed) delete data.resumeToken;
		const id = String(this.rows.size + 1);
		const first = stringify(data);
		const row: Row = { ...rest, id, status: 'running', data: first, first };
		this.rows.set(id, row);
		return this.run(row, data);
	}

	/**
	 * "Retry" of an execution that did not succeed: what n8n has stored of it, without the run that
	 * failed, is run on as a new execution.
	 */
	retry(id: string): Running {
		const row = this.known(id);
		if (row.status === 'success') throw new Error('It succeeded, so it cannot be retried.');
		const data = this.read(row);
		const { lastNodeExecuted } = data.resultData;
		if (lastNodeExecuted !== undefined) {
			delete data.resultData.error;
			const runs = data.resultData.runData[lastNodeExecuted];
			if (runs?.at(-1)?.error !== undefined) runs.pop();
		}
		const { workflow, subject } = row;
		return this.start({ workflow, subject, mode: 'retry', data, retryOf: id });
	}

	/** The same workflow with the same items, as a new execution. */
	runAnew(id: string): Running {
		const row = this.known(id);
		const { workflow, subject, mode, first } = row;
		return this.start({ workflow, subject, mode, data: parse(first) as IRunExecutionData });
	}

	/** The same execution from its start: nothing of the first beginning is in its data. */
	beginAgain(id: string): Running {
		const row = this.known(id);
		row.status = 'running';
		row.data = row.first;
		return this.run(row, this.read(row));
	}

	/** Goes on with an execution that waits. Of two who try, n8n lets one. */
	resume(row: Row, data: IRunExecutionData): Running {
		if (row.status !== 'waiting') throw new Error('Execution is already being resumed');
		row.status = 'running';
		row.data = stringify(data);
		return this.run(row, data, row.id);
	}

	/** The result of an execution once it neither runs nor waits any more. */
	async ended(id: string): Promise<Result> {
		const row = this.known(id);
		const last = await row.running;
		if (last !== undefined && row.status !== 'waiting' && row.status !== 'running') return last;
		return await new Promise((resolve) => {
			this.waiters.set(id, [...(this.waiters.get(id) ?? []), resolve]);
		});
	}

	private known(id: string): Row {
		const row = this.rows.get(id);
		if (row === undefined) throw new Error(`There is no execution ${id}`);
		return row;
	}

	private run(row: Row, data: IRunExecutionData, restartExecutionId?: string): Running {
		const workflow = openWorkflow(row.workflow, this.types);
		const hooks = new ExecutionLifecycleHooks(row.mode, row.id, row.workflow, row.retryOf);
		const additionalData = { ...this.additionalData(row.id), hooks, restartExecutionId };
		const firstLine = hostLog.lines.length;
		hooks.addHandler('workflowExecuteAfter', async (run, staticData) => {
			await this.writeDown(row, run, staticData);
		});

		this.underWay += 1;
		const engine = new WorkflowExecute(additionalData, row.mode, data);
		const atWork: Promise<IRun> & { cancel?: () => void } = (() => {
			try {
				return engine.processRunExecutionData(workflow);
			} catch (error) {
				// n8n refuses a workflow with issues (a required field left empty) before it begins.
				return refused(row.mode, data, error as Error);
			}
		})();

		const result = (async () => {
			try {
				const run = await atWork;
				if (row.status === 'running') await this.writeDown(row, run);
				return readResult(row.subject, {
					executionId: row.id,
					mode: row.mode,
					status: row.status,
					data: run.data,
					stored: row.data,
					logs: hostLog.lines.slice(firstLine),
					...(run.waitTill && { waitTill: run.waitTill }),
				});
			} finally {
				this.underWay -= 1;
			}
		})();
		void result.then((ended) => {
			if (ended.status === 'waiting') return;
			for (const resolve of this.waiters.get(row.id) ?? []) resolve(ended);
			this.waiters.delete(row.id);
		});
		row.running = Object.assign(result, {
			executionId: row.id,
			cancel: async (by: 'user' | 'timeout' = 'user') => {
				if (by === 'user') this.writeStopped(row);
				atWork.cancel?.();
				return await result;
			},
		});
		return row.running;
	}

	private async writeDown(row: Row, run: IRun, staticData?: IDataObject): Promise<void> {
		await restoreBinaryIds(run, row.id, row.mode);
		if (staticData !== undefined) row.workflow.staticData = plain(staticData);
		// A stopped execution stays as the stop button left it.
		if (row.status === 'canceled') return;
		row.status = finalStatus(run);
		row.data = stringify(run.data);
	}

	/**
	 * n8n's stop button loads the execution from the database, where it stands as it began, adds "was
	 * cancelled" and writes that back over everything. So neither what the node threw nor what it put
	 * into its context is kept.
	 */
	private writeStopped(row: Row): void {
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

async function refused(
	mode: WorkflowExecuteMode,
	data: IRunExecutionData,
	error: Error,
): Promise<IRun> {
	data.resultData.error = { ...error, message: error.message, stack: error.stack } as never;
	const now = new Date();
	return { data, mode, status: 'error', startedAt: now, stoppedAt: now, storedAt: 'db' };
}

const plain = <Value,>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
