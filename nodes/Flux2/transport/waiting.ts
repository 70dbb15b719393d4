import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
} from 'n8n-workflow';

/**
 * How n8n puts an execution to wait and resumes it. Nothing else in this package knows.
 *
 * `execute()` is not run again after a wait. A callback runs the node's `webhook()`, and what that
 * returns becomes the node's output. At the deadline n8n passes the node's input items on as they
 * stand, with whatever was written into them.
 */
export const resumeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		responseData: '',
		path: '',
		restartWebhook: true,
	},
];

/**
 * How long before the deadline n8n 1.x sets the timer that ends the wait. Nothing stops this timer any
 * more: an execution resumed by a callback after that runs a second time if it still runs when the
 * timer fires (seen in 1.123.81).
 */
const TIMER_SET_MS = 70_000;

/** What a callback that came at the time limit may take to download the images. */
const DOWNLOAD_MS = 20_000;

/** n8n waits this much longer than the node's time limit, so that both cannot meet. */
export const EXTRA_WAIT_MS = TIMER_SET_MS + DOWNLOAD_MS;

/** No date is later, in milliseconds since the epoch (ECMAScript). */
const LATEST_MS = 8_640_000_000_000_000;

/** Where a callback resumes this execution. On n8n 1.x anyone can guess it, so it needs a token. */
export const getResumeUrl = (ctx: IExecuteFunctions): string =>
	String(ctx.evaluateExpression('{{ $execution.resumeUrl }}', 0));

/** n8n signs its resume URLs from 2.17 on. */
const isBefore2_17 = (ctx: IExecuteFunctions): boolean => !/[?&]signature=/.test(getResumeUrl(ctx));

/** Why this execution cannot wait for a callback, for a hint to its user; undefined where it can. */
export function whyNoWaiting(ctx: IExecuteFunctions, isTool: boolean): string | undefined {
	if (isTool) return 'AI agents cannot wait for a callback';
	// n8n 1.85 has neither the method nor that engine.
	const settings = ctx.getWorkflowSettings?.() as { engineType?: string } | undefined;
	if (settings?.engineType === 'v2') return 'this workflow engine cannot wait for a callback';
	// n8n hands such a node a copy of its input, so the task ID could not be passed on at the deadline.
	if (ctx.getNode().executeOnce === true)
		return 'a node with the setting Execute Once cannot wait for a callback';
	// n8n 1.x gives the parent the sub-workflow's input as its result (1.123.81).
	if (ctx.getMode() === 'integrated' && isBefore2_17(ctx))
		return 'a sub-workflow cannot wait for a callback in this version of n8n';
	return undefined;
}

/**
 * Whether n8n will run the node again in this execution if its first item fails. It cannot once the
 * execution waits, so the tries come first. n8n allows 2 to 5 of them (`getRetryParams`).
 */
export function hasTriesLeft(ctx: IExecuteFunctions): boolean {
	const { retryOnFail, maxTries } = ctx.getNode();
	if (retryOnFail !== true) return false;
	const context = ctx.getContext('node');
	const run = `${ctx.getExecutionId()} ${String(ctx.getWorkflowDataProxy(0).$runIndex)}`;
	const tries = context.flux2Run === run ? Number(context.flux2Tries) + 1 : 1;
	Object.assign(context, { flux2Run: run, flux2Tries: tries });
	return tries < Math.min(5, Math.max(2, maxTries || 3));
}

/** What `putToWait` keeps for the callbacks. One entry of `notes` for each item. */
interface WaitingState extends IDataObject {
	/** When n8n ends the wait, in milliseconds since the epoch. */
	waitTill: number;
	tokenHash: string;
	notes: IDataObject[];
}

/**
 * Puts the execution to wait until a callback resumes it, at most until `deadline` (ms since the epoch)
 * plus `EXTRA_WAIT_MS`. `items` replace the node's input: n8n passes them on at the deadline. Writing
 * into the input is the only way n8n offers for that.
 */
export async function putToWait(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	{ notes, tokenHash, deadline }: { notes: IDataObject[]; tokenHash: string; deadline: number },
): Promise<void> {
	const waitTill = deadline + EXTRA_WAIT_MS;
	const input = ctx.getInputData();
	for (const [index, item] of items.entries()) input[index] = item;
	const state: WaitingState = { waitTill, tokenHash, notes };
	ctx.getContext('node').flux2Waiting = state;
	await ctx.putExecutionToWait(new Date(waitTill));
}

/** An execution that waits, as its `webhook()` sees it. */
export interface WaitingExecution {
	items: INodeExecutionData[];
	notes: IDataObject[];
	/** Of the token that its callbacks carry. */
	tokenHash: string;
	/** The moment (ms since the epoch) from which the execution may not be resumed any more. */
	resumeBefore: number;
}

/** What `putToWait` was given. `$node[…].context` is how n8n's own expressions read a node's context. */
export function readWaiting(ctx: IWebhookFunctions): WaitingExecution {
	const evaluate = (expression: string): unknown =>
		ctx.evaluateExpression(`{{ ${expression} }}`, 0);
	const items = evaluate('$input.all()');
	const context = (evaluate(`$node[${JSON.stringify(ctx.getNode().name)}].context`) ?? {}) as {
		flux2Waiting?: Partial<WaitingState>;
		/** The notes of an execution that has been waiting since version 0.0.1. */
		flux2Parked?: IDataObject[];
	};
	const { flux2Waiting: state, flux2Parked } = context;
	return {
		items: Array.isArray(items) ? (items as INodeExecutionData[]) : [],
		notes: state?.notes ?? flux2Parked ?? [],
		tokenHash: state?.tokenHash ?? '',
		resumeBefore: (state?.waitTill ?? LATEST_MS) - TIMER_SET_MS,
	};
}
