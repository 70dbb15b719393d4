import type { IContextObject, IExecuteFunctions } from 'n8n-workflow';

/** Executions that n8n remembers for each node; a hash of 24 characters each. */
const OPTIONS = { mode: 'entries', maxEntries: 500 } as const;

/**
 * How this execution stands to earlier runs that may have paid for its images.
 *
 * - `first`: nothing was requested before, or the ledger tells what was.
 * - `restarted`: n8n runs this execution a second time, from its start and without its ledger. In queue
 *   mode n8n 1.x gives the executions of a dead worker to another one (seen in 1.123.81), and any n8n
 *   does so when Redis is restored from an older state (seen in 2.41.1).
 * - `retry`: somebody retries an execution that was stopped or killed after it had begun to create
 *   tasks; n8n keeps no ledger of such an execution.
 */
export type ExecutionStart = 'first' | 'restarted' | 'retry';

interface Stored extends IContextObject {
	/** The execution in which this node has begun to create tasks. */
	flux2Started?: string;
	/** The execution whose user was told of its restart: retrying that one is meant. */
	flux2Told?: string;
}

interface Batch {
	values: Set<string>;
	/** The values that were on record before; undefined where n8n could not keep them. */
	processed: Promise<readonly unknown[] | undefined>;
}

/** The next call to n8n, by workflow and node, while an earlier one is under way. */
const nextBatches = new Map<string, Batch>();
const lastCalls = new Map<string, Promise<unknown>>();

const keyOf = (ctx: IExecuteFunctions): string => `${ctx.getWorkflow().id} ${ctx.getNode().id}`;

/**
 * Puts a value on n8n's record of processed data. n8n keeps one row for a node, reads it whole and
 * writes it back whole, without a lock. So a process makes one call after another, and executions that
 * come meanwhile share the next one. Between processes a row may still be written over: see `assert`.
 */
async function record(ctx: IExecuteFunctions, value: string): Promise<boolean> {
	const key = keyOf(ctx);
	let batch = nextBatches.get(key);
	if (batch === undefined) {
		const values = new Set<string>();
		const processed = (async () => {
			await lastCalls.get(key);
			nextBatches.delete(key);
			try {
				return (await ctx.helpers.checkProcessedAndRecord([...values], 'node', OPTIONS)).processed;
			} catch {
				// E.g. a workflow that was never saved: nobody will run that one again.
				return undefined;
			}
		})();
		batch = { values, processed };
		nextBatches.set(key, batch);
		lastCalls.set(key, processed);
		void processed.then(() => {
			if (lastCalls.get(key) === processed) lastCalls.delete(key);
		});
	}
	batch.values.add(value);
	return (await batch.processed)?.includes(value) ?? false;
}

/**
 * The execution that is retried by this one. No public method tells it: n8n 2 hands it to its own hooks
 * only, n8n 1.x (1.123.81) to nobody. Where it cannot be read, such a retry is not noticed.
 */
function retriedExecution(ctx: IExecuteFunctions): string | undefined {
	const { additionalData } = ctx as { additionalData?: { hooks?: { retryOf?: string } } };
	return additionalData?.hooks?.retryOf;
}

/** When the start is recorded again: the first task exists, or its first poll is due. */
const MOMENTS = ['created', 'polled'] as const;
type Moment = (typeof MOMENTS)[number];

/** Detects that this execution, or the one it retries, has run before and left no ledger. */
export class RestartGuard {
	private readonly executionId: string;
	private readonly context: Stored;
	/** When the start is recorded again, and has not been yet. */
	private readonly toAssert = new Set<Moment>();

	constructor(private readonly ctx: IExecuteFunctions) {
		this.executionId = ctx.getExecutionId();
		this.context = ctx.getContext('node');
	}

	/** Call it right before the first task is created: it records the start with n8n. */
	async check(): Promise<ExecutionStart> {
		const start = await this.find();
		if (start === 'first') for (const moment of MOMENTS) this.toAssert.add(moment);
		return start;
	}

	/**
	 * Records the start again, without waiting for n8n: another worker that started an execution at the
	 * same moment may have written over the row. By the first poll it has finished. Only the first call
	 * for each moment does something.
	 */
	assert(moment: Moment): void {
		if (this.toAssert.delete(moment)) void record(this.ctx, this.valueOf(this.executionId));
	}

	private async find(): Promise<ExecutionStart> {
		if (this.context.flux2Started === this.executionId) return 'first';
		const retried = retriedExecution(this.ctx);
		const isKnown = [this.context.flux2Started, this.context.flux2Told].includes(retried);
		if (retried !== undefined && !isKnown && (await this.isOnRecord(retried))) return 'retry';
		if (await record(this.ctx, this.valueOf(this.executionId))) {
			this.context.flux2Told = this.executionId;
			return 'restarted';
		}
		this.context.flux2Started = this.executionId;
		return 'first';
	}

	/** n8n cannot look a value up without recording it. */
	private async isOnRecord(executionId: string): Promise<boolean> {
		const value = this.valueOf(executionId);
		if (await record(this.ctx, value)) return true;
		try {
			await this.ctx.helpers.removeProcessed([value], 'node', OPTIONS);
		} catch {
			// It could not be recorded either.
		}
		return false;
	}

	/** With the node's name: nodes of workflows made by API may share one ID. */
	private valueOf(executionId: string): string {
		return `${executionId} ${this.ctx.getNode().name}`;
	}
}
