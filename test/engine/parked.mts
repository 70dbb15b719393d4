import type { Executions, Row } from './executions.mts';
import type { Result } from './result.mts';
import { type Answer, ring, type RingSketch } from './ring.mts';

/** What a ring at a parked execution did. */
export interface Rung extends Answer {
	/** The ring made the execution go on. */
	woke: boolean;
	/** How it went on, if it did. */
	result?: Result;
}

/** An execution that waits, in the hands of a test. */
export class Parked {
	constructor(
		private readonly executions: Executions,
		private readonly row: Row,
		/** Where a callback has to go, with n8n's signature. */
		readonly resumeUrl: string,
	) {}

	/** The items that wait, as they stand. */
	get items() {
		const data = this.executions.read(this.row);
		return data.executionData?.nodeExecutionStack[0]?.data.main?.[0] ?? [];
	}

	/** Sends a callback over real HTTP, and waits for what follows from it. */
	async ring(sketch: RingSketch = {}): Promise<Rung> {
		const before = this.row.running;
		const answer = await ring(this.resumeUrl, sketch);
		const after = this.row.running;
		if (after === before) return { ...answer, woke: false };
		return { ...answer, woke: true, result: await after };
	}

	/** The time is over: goes on as n8n's wait tracker does. */
	async deadline(): Promise<Result> {
		return await this.executions.resume(this.row, this.executions.read(this.row));
	}

	/** The final result, whoever brings it about. */
	async ended(): Promise<Result> {
		return await this.executions.ended(this.row.id);
	}
}
