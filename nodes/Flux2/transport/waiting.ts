import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
} from 'n8n-workflow';

/**
 * How an execution is parked and woken. Nothing else in this package knows.
 *
 * What n8n does: `execute()` is not run again after a wait. A callback runs the node's `webhook()`,
 * and what that returns becomes the node's output; at the deadline the node's input items go on as
 * they stand, with whatever was written into them.
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

/** n8n looks at its waiting executions once a minute, so a shorter wait would end no earlier. */
export const MIN_WAIT_SECONDS = 65;

/** Whether this execution can be parked. The opt-in engine v2 and AI tools cannot. */
export function canWait(ctx: IExecuteFunctions, isTool: boolean): boolean {
	const settings = ctx.getWorkflowSettings() as { engineType?: string };
	return !isTool && settings.engineType !== 'v2';
}

/** Where a callback wakes this execution. On n8n 1.x anyone can guess it, so it needs a token. */
export const getResumeUrl = (ctx: IExecuteFunctions): string =>
	String(ctx.evaluateExpression('{{ $execution.resumeUrl }}', 0));

interface Notes extends IDataObject {
	flux2Parked?: IDataObject[];
}

/**
 * Parks the execution until a callback wakes it, at most until `deadline` (ms since the epoch).
 * `items` stand for the node's input from now on: they go on at the deadline. `notes`, one for each
 * item, are kept for whoever wakes it.
 */
export async function putToWait(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	notes: IDataObject[],
	deadline: number,
): Promise<void> {
	const input = ctx.getInputData();
	for (const [index, item] of items.entries()) input[index] = item;
	(ctx.getContext('node') as Notes).flux2Parked = notes;
	await ctx.putExecutionToWait(new Date(deadline));
}

/** What `park` was given, seen from the `webhook()` of the parked execution. */
export function readWaiting(ctx: IWebhookFunctions): {
	items: INodeExecutionData[];
	notes: IDataObject[];
} {
	const evaluate = (expression: string): unknown =>
		ctx.evaluateExpression(`{{ ${expression} }}`, 0);
	const items = evaluate('$input.all()');
	const notes = evaluate(`$node[${JSON.stringify(ctx.getNode().name)}].context.flux2Parked`);
	return {
		items: Array.isArray(items) ? (items as INodeExecutionData[]) : [],
		notes: Array.isArray(notes) ? (notes as IDataObject[]) : [],
	};
}
