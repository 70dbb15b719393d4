import { NodeConnectionTypes, type IContextObject, type IExecuteFunctions } from 'n8n-workflow';
import { callbackToken } from '../api/callback';
import type { Client } from '../transport/client';
import { ConcurrencyLimit } from '../transport/concurrency';
import { createClient } from '../transport/createClient';
import { getAccount, type Account } from '../transport/credential';
import { accountState, type AccountState } from '../transport/account';
import { Ledger } from '../transport/ledger';
import { RestartGuard } from '../transport/restartGuard';
import { readRunOptions, type RunOptions } from './options';

/** What all items of one node run share. */
export interface Run {
	ctx: IExecuteFunctions;
	account: Account;
	/** What all executions of this process share for the account. */
	shared: AccountState;
	client: Client;
	options: RunOptions;
	concurrency: ConcurrencyLimit;
	/** Aborted when the execution is cancelled. */
	signal: AbortSignal | undefined;
	ledger: Ledger;
	/** Undefined where nothing survives a restart anyway. */
	restartGuard?: RestartGuard;
	/** Marks the callback URLs of this run as ours. */
	token: string;
	/** Whether an AI agent called the node: it wants short JSON, no files. */
	isTool: boolean;
	/** Whether a failed item becomes an output item, instead of stopping the node. */
	continueOnFail: boolean;
}

/** Shows a warning above the node's output. */
export const warn = ({ ctx }: Run, message: string): void =>
	ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });

/** The node's context in the execution's data; undefined where n8n runs the node without any. */
function contextOf(ctx: IExecuteFunctions): IContextObject | undefined {
	try {
		return ctx.getContext('node');
	} catch {
		return undefined;
	}
}

/**
 * Whether an AI agent is calling. In n8n 1.x agents call the node themselves, through a context of
 * another type (`isToolExecution` does not exist there); in 2.x the engine runs the node and only sends
 * its output another way; and n8n's own Agents (2.41) run it without an execution.
 */
export function isCalledByAgent(ctx: IExecuteFunctions): boolean {
	const { connectionType } = ctx as { connectionType?: string };
	if (connectionType === NodeConnectionTypes.AiTool) return true;
	if (ctx.getNode().rewireOutputLogTo === NodeConnectionTypes.AiTool) return true;
	return contextOf(ctx) === undefined;
}

/** @throws Flux2Failure `invalid-input` for a credential or an option that cannot be used. */
export async function startRun(ctx: IExecuteFunctions): Promise<Run> {
	const account = await getAccount(ctx);
	const signal = ctx.getExecutionCancelSignal();
	const options = readRunOptions(ctx);
	const concurrency = new ConcurrencyLimit(options.maxParallel);
	const client = createClient(ctx, account, signal);
	const context = contextOf(ctx);
	const isTool = isCalledByAgent(ctx);
	const runIndex = context === undefined ? 0 : Number(ctx.getWorkflowDataProxy(0).$runIndex ?? 0);
	return {
		ctx,
		account,
		shared: accountState(account),
		client,
		options,
		concurrency,
		signal,
		ledger: new Ledger(context ?? {}, runIndex, ctx.getExecutionId()),
		// An agent writes a different prompt each time, so nothing could be recognized again.
		...(isTool ? {} : { restartGuard: new RestartGuard(ctx) }),
		token: callbackToken(account.apiKey),
		isTool,
		// An agent is told of a failure, so that it can act on it.
		continueOnFail: ctx.continueOnFail() || isTool,
	};
}
