import { randomUUID } from 'node:crypto';
import type { IContextObject, IDeduplicationOutput, IExecuteFunctions } from 'n8n-workflow';
import { clock, pause } from './clock';

/** Executions that one row remembers, with two hashes of 27 bytes each. */
const IN_ROW = 5;

const TRIES = 5;

/** Longer than n8n needs to read and write a row when it is not busy. */
const SETTLES_MS = 30;

interface Stored extends IContextObject {
	/** The execution in which this node has begun to order. */
	flux2Begun?: string;
	/** The execution whose second beginning its user was told of: a retry of it is meant. */
	flux2Told?: string;
}

const ENTRIES = { mode: 'entries', maxEntries: 2 * IN_ROW } as const;

/** The last call on each row, in this process. */
const calls = new Map<string, Promise<unknown>>();

/**
 * Lets n8n file what `call` records in a row of its own. n8n has one row for each node, reads it whole
 * and writes it back whole, without a lock: where several workers begin executions at once, the
 * slowest wiped out what the others had recorded (a call took up to 766 ms, 3 of 10 executions were
 * lost). So executions whose numbers end differently get different rows, at most 100 for a node. n8n
 * offers no name for a row but the node's ID, which it reads before its first `await`.
 */
function inOwnRow<T>(ctx: IExecuteFunctions, row: string, call: () => Promise<T>): Promise<T> {
	const { node } = ctx as { node?: { id: string } };
	if (node === undefined) return call();
	const { id } = node;
	node.id = `${id} ${row}`;
	try {
		return call();
	} finally {
		node.id = id;
	}
}

/**
 * One call after another on the row of an execution.
 *
 * @returns undefined where the call failed.
 */
async function inTurn<T>(
	ctx: IExecuteFunctions,
	executionId: string,
	call: () => Promise<T>,
): Promise<T | undefined> {
	const row = executionId.slice(-2);
	const key = `${ctx.getWorkflow().id} ${ctx.getNode().id} ${row}`;
	const before = calls.get(key);
	const turn = (async () => {
		await before;
		const [answer] = await Promise.allSettled([inOwnRow(ctx, row, call)]);
		return answer.status === 'fulfilled' ? answer.value : undefined;
	})();
	calls.set(key, turn);
	const answer = await turn;
	if (calls.get(key) === turn) calls.delete(key);
	return answer;
}

const record = async (
	ctx: IExecuteFunctions,
	executionId: string,
	...more: string[]
): Promise<IDeduplicationOutput | undefined> =>
	await inTurn(
		ctx,
		executionId,
		async () => await ctx.helpers.checkProcessedAndRecord([executionId, ...more], 'node', ENTRIES),
	);

/**
 * Puts the beginning on record, and looks a moment later whether it is still there: another worker may
 * have written over the row, or made it at the same time. A name of its own beside it tells this
 * beginning from an earlier one, also where n8n wrote it down and could not say so.
 */
async function wasOnRecord(ctx: IExecuteFunctions, executionId: string): Promise<boolean> {
	const beginning = randomUUID();
	for (let tries = 1; tries <= TRIES; tries++) {
		const asked = clock.now();
		const answer = await record(ctx, executionId, beginning);
		if (answer?.processed.includes(executionId)) return !answer.processed.includes(beginning);
		// Where n8n is slow for us, it may be as slow for another worker.
		const took = clock.now() - asked;
		await pause(Math.max(SETTLES_MS, took) * (1 + clock.random()));
	}
	// Nowhere to write it down, as in a workflow that was never saved: nobody begins that one again.
	return false;
}

/**
 * The execution that somebody retries with this one. n8n 2 tells it to its own hooks only, n8n 1.x
 * (1.123.81) to nobody: there a retry of an execution that was cut off is not noticed.
 */
function retriedBy(ctx: IExecuteFunctions): string | undefined {
	const { additionalData } = ctx as { additionalData?: { hooks?: { retryOf?: string } } };
	return additionalData?.hooks?.retryOf;
}

async function isOnRecord(ctx: IExecuteFunctions, executionId: string): Promise<boolean> {
	const answer = await record(ctx, executionId);
	if (answer === undefined) return false;
	if (answer.processed.length > 0) return true;
	// n8n cannot look without writing.
	await inTurn(
		ctx,
		executionId,
		async () => await ctx.helpers.removeProcessed([executionId], 'node', ENTRIES),
	);
	return false;
}

/**
 * What is known of this node's first order in this execution. Call it right before it.
 *
 * - `first`: nothing was ordered yet, or the ledger tells what.
 * - `second`: the execution was begun before, from its start, and its ledger is lost. In queue mode n8n
 *   1.x gives the executions of a dead worker to another one (`QUEUE_WORKER_MAX_STALLED_COUNT`, seen in
 *   1.123.81), and any n8n does so with what a Redis brings back that was restored from an older
 *   state (seen in 2.41.1).
 * - `retry`: somebody retries an execution that had begun to order when it was stopped or cut off, of
 *   which n8n keeps no ledger.
 *
 * n8n's table of processed data survives all of these: each execution is put on record there.
 */
export async function checkForRestart(
	ctx: IExecuteFunctions,
): Promise<'first' | 'second' | 'retry'> {
	const executionId = ctx.getExecutionId();
	const context: Stored = ctx.getContext('node');
	if (context.flux2Begun === executionId) return 'first';
	const retried = retriedBy(ctx);
	const isKnown = [context.flux2Begun, context.flux2Told].includes(retried);
	if (retried !== undefined && !isKnown && (await isOnRecord(ctx, retried))) return 'retry';
	if (await wasOnRecord(ctx, executionId)) {
		context.flux2Told = executionId;
		return 'second';
	}
	context.flux2Begun = executionId;
	return 'first';
}
