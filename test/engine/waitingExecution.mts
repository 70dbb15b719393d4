import type { Executions, ExecutionRow } from './executions.mts';
import type { Result } from './result.mts';
import { type CallbackResponse, sendCallback, type CallbackRequest } from './sendCallback.mts';

/** What a callback to a waiting execution led to. */
export interface CallbackOutcome extends CallbackResponse {
	/** The callback resumed the execution. */
	resumed: boolean;
	/** The result of the resumed execution. */
	result?: Result;
}

/** A waiting execution: a test can resume it by a callback, or let it time out. */
export class WaitingExecution {
	constructor(
		private readonly executions: Executions,
		private readonly row: ExecutionRow,
		/** The URL for callbacks, with n8n's signature. */
		readonly resumeUrl: string,
	) {}

	/** The waiting items, as stored. */
	get items() {
		const data = this.executions.read(this.row);
		return data.executionData?.nodeExecutionStack[0]?.data.main?.[0] ?? [];
	}

	/** Sends a callback over real HTTP. If it resumes the execution, waits for the result. */
	async sendCallback(callback: CallbackRequest = {}): Promise<CallbackOutcome> {
		const before = this.row.latestRun;
		const response = await sendCallback(this.resumeUrl, callback);
		const after = this.row.latestRun;
		if (after === before) return { ...response, resumed: false };
		return { ...response, resumed: true, result: await after };
	}

	/** Resumes the execution as n8n's wait tracker does when the time to wait is over. */
	async expire(): Promise<Result> {
		return await this.executions.resume(this.row, this.executions.read(this.row));
	}

	/** The result once the execution has finished, whatever resumes it. */
	async finished(): Promise<Result> {
		return await this.executions.finished(this.row.id);
	}
}
