import { NodeConnectionTypes, type IExecuteFunctions } from 'n8n-workflow';
import { connect } from '../transport/connect';
import { accountOf, type Account } from '../transport/credential';
import { tokenOf } from '../api/callback';
import type { Client } from '../transport/client';
import { Ledger } from '../transport/ledger';
import { Lanes } from './lanes';
import { readOptions } from './options';

/** What all items of one node run share. */
export interface Run {
	host: IExecuteFunctions;
	account: Account;
	client: Client;
	lanes: Lanes;
	/** Aborted when the execution is cancelled. */
	signal: AbortSignal | undefined;
	ledger: Ledger;
	/** Marks the callback URLs of this run as ours. */
	token: string;
	/** Whether an AI agent called the node: it wants short JSON, no files. */
	isTool: boolean;
	/** Whether a failed item becomes an output item, instead of stopping the node. */
	goesOn: boolean;
}

/**
 * Whether an AI agent is calling. Older agents call the node themselves, through another context
 * (n8n 1.x has no `isToolExecution` to tell it); newer ones let the engine run the node and only send
 * its output another way.
 */
export function isCalledByAgent(host: IExecuteFunctions): boolean {
	const { connectionType } = host as { connectionType?: string };
	if (connectionType === NodeConnectionTypes.AiTool) return true;
	return host.getNode().rewireOutputLogTo === NodeConnectionTypes.AiTool;
}

/** @throws Flux2Failure `invalid` for a credential or an option that cannot be used. */
export async function openRun(host: IExecuteFunctions): Promise<Run> {
	const account = await accountOf(host);
	const signal = host.getExecutionCancelSignal();
	const lanes = new Lanes(readOptions(host, 0).maxParallel);
	const client = connect(host, account, lanes, signal);
	const runIndex = Number(host.getWorkflowDataProxy(0).$runIndex ?? 0);
	const ledger = new Ledger(host.getContext('node'), runIndex, host.getExecutionId());
	const token = tokenOf(account.apiKey);
	const isTool = isCalledByAgent(host);
	// An agent is told of a failure in words it can act upon.
	const goesOn = host.continueOnFail() || isTool;
	return { host, account, client, lanes, signal, ledger, token, isTool, goesOn };
}
