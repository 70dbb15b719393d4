import { randomUUID } from 'node:crypto';
import type { IContextObject, IDeduplicationOutput, IExecuteFunctions } from 'n8n-workflow';
import { clock, pause } from './clock';

/** Executions of one node whose beginning n8n's database remembers, with two hashes of 27 bytes each. */
const MAX_REMEMBERED = 500;

const TRIES = 5;

/** Longer than n8n needs to read and write a record, so that what is still there afterwards stays. */
const SETTLES_MS = 30;

interface Stored extends IContextObject {
	/** The execution in which this node has begun to order. */
	flux2Begun?: string;
	/** The execution whose second beginning its user was told of: a retry of it is meant. */
	flux2Told?: string;
}

const ENTRIES = { mode: 'entries', maxEntries: 2 * MAX_REMEMBERED } as const;

/** The last call on each node's record, in this process. */
const calls = new Map<string, Promise<unknown>>();

/**
 * One call after another: n8n reads a node's whole record and writes it back, without a lock.
 *
 * @returns undefined where the call failed.
 */
async function inTurn<T>(host: IExecuteFunctions, call: () => Promise<T>): Promise<T | undefined> {
	const ofNode = `${host.getWorkflow().id} ${host.getNode().id}`;
	const before = calls.get(ofNode);
	const turn = (async () => {
		await before;
		const [answer] = await Promise.allSettled([call()]);
		return answer.status === 'fulfilled' ? answer.value : undefined;
	})();
	calls.set(ofNode, turn);
	const answer = await turn;
	if (calls.get(ofNode) === turn) calls.delete(ofNode);
	return answer;
}

const record = async (
	host: IExecuteFunctions,
	...entries: string[]
): Promise<IDeduplicationOutput | undefined> =>
	await inTurn(
		host,
		async () => await host.helpers.checkProcessedAndRecord(entries, 'node', ENTRIES),
	);

/**
 * Puts the beginning on record, and looks a moment later whether it is still there: another worker may
 * have written over it, or made the node's very first record at the same time. A name of its own beside
 * it tells this beginning from an earlier one, also where n8n wrote it down and could not say so.
 */
async function wasOnRecord(host: IExecuteFunctions, executionId: string): Promise<boolean> {
	const beginning = randomUUID();
	for (let tries = 1; tries <= TRIES; tries++) {
		const answer = await record(host, executionId, beginning);
		if (answer?.processed.includes(executionId)) return !answer.processed.includes(beginning);
		await pause(SETTLES_MS * (1 + clock.random()));
	}
	// Nowhere to write it down, as in a workflow that was never saved: nobody begins that one again.
	return false;
}

/**
 * The execution that somebody retries with this one. n8n 2 tells it to its own hooks only, n8n 1.x
 * (1.123.81) to nobody: there a retry of an execution that was cut off is not noticed.
 */
function retriedBy(host: IExecuteFunctions): string | undefined {
	const { additionalData } = host as { additionalData?: { hooks?: { retryOf?: string } } };
	return additionalData?.hooks?.retryOf;
}

async function isOnRecord(host: IExecuteFunctions, executionId: string): Promise<boolean> {
	const answer = await record(host, executionId);
	if (answer === undefined) return false;
	if (answer.processed.length > 0) return true;
	// n8n cannot look without writing.
	await inTurn(
		host,
		async () => await host.helpers.removeProcessed([executionId], 'node', ENTRIES),
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
export async function beginningOf(host: IExecuteFunctions): Promise<'first' | 'second' | 'retry'> {
	const executionId = host.getExecutionId();
	const context: Stored = host.getContext('node');
	if (context.flux2Begun === executionId) return 'first';
	const retried = retriedBy(host);
	const isKnown = [context.flux2Begun, context.flux2Told].includes(retried);
	if (retried !== undefined && !isKnown && (await isOnRecord(host, retried))) return 'retry';
	if (await wasOnRecord(host, executionId)) {
		context.flux2Told = executionId;
		return 'second';
	}
	context.flux2Begun = executionId;
	return 'first';
}
