import { NodeConnectionTypes, type IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../transport/createClient';
import { getAccount, type Account } from '../transport/credential';
import { callbackToken } from '../api/callback';
import type { Client } from '../transport/client';
import { Ledger } from '../transport/ledger';
import { ConcurrencyLimit } from '../transport/concurrency';
import { readOptions } from './options';

/** What all items of one node run share. */
export interface Run {
	ctx: IExecuteFunctions;
	account: Account;
	client: Client;
	concurrency: ConcurrencyLimit;
	/** Aborted when the execution is cancelled. */
	signal: AbortSignal | undefined;
	ledger: Ledger;
	/** Marks the callback URLs of this run as ours. */
	token: string;
	/** Whether an AI agent called the node: it wants short JSON, no files. */
	isTool: boolean;
	/** Whether a failed item becomes an output item, instead of stopping the node. */
	continueOnFail: boolean;
}

/**
 * Whether an AI agent is calling. Older agents call the node themselves, through another context
 * (n8n 1.x has no `isToolExecution` to tell it); newer ones let the engine run the node and only send
 * its output another way.
 */
export function isCalledByAgent(ctx: IExecuteFunctions): boolean {
	const { connectionType } = ctx as { connectionType?: string };
	if (connectionType === NodeConnectionTypes.AiTool) return true;
	return ctx.getNode().rewireOutputLogTo === NodeConnectionTypes.AiTool;
}

/** @throws Flux2Failure `invalid-input` for a credential or an option that cannot be used. */
export async function startRun(ctx: IExecuteFunctions): Promise<Run> {
	const account = await getAccount(ctx);
	const signal = ctx.getExecutionCancelSignal();
	const concurrency = new ConcurrencyLimit(readOptions(ctx, 0).maxParallel);
	const client = createClient(ctx, account, signal);
	const runIndex = Number(ctx.getWorkflowDataProxy(0).$runIndex ?? 0);
	const ledger = new Ledger(ctx.getContext('node'), runIndex, ctx.getExecutionId());
	const token = callbackToken(account.apiKey);
	const isTool = isCalledByAgent(ctx);
	// An agent is told of a failure in words it can act upon.
	const continueOnFail = ctx.continueOnFail() || isTool;
	return { ctx, account, client, concurrency, signal, ledger, token, isTool, continueOnFail };
}
