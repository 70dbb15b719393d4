import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebhookContext } from 'n8n-core';
import type {
	INode,
	INodeExecutionData,
	IRunExecutionData,
	IWebhookData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import type { Attendance } from './attendance.mts';
import { likeExpress, readRequest, UnreadableBody } from './likeExpress.mts';

/** One call of a node's `webhook()`, and what n8n does with what it returns. */
export interface WebhookCall {
	workflow: Workflow;
	webhook: IWebhookData;
	additionalData: IWorkflowExecuteAdditionalData;
	mode: WorkflowExecuteMode;
	attendance: Attendance;
	/** The data of the execution that waits; null for a trigger. */
	waiting: IRunExecutionData | null;
	/** Starts, or goes on with, the execution. `error`: `webhook()` threw it. */
	start(items: INodeExecutionData[][], error?: Error): void;
	/** n8n has settled its answer. Before the run begins, if the node answered by itself. */
	answered?(): void;
}

/** The webhooks that a node's type declares, as n8n reads them. */
export function webhooksOf(
	workflow: Workflow,
	node: INode,
	additionalData: IWorkflowExecuteAdditionalData,
): IWebhookData[] {
	const { webhooks = [] } = workflow.nodeTypes.getByNameAndVersion(
		node.type,
		node.typeVersion,
	).description;
	return webhooks.flatMap((description) => {
		const value = (field: 'path' | 'httpMethod' | 'isFullPath') =>
			workflow.expression.getSimpleParameterValue(node, description[field], 'internal', {});
		const path = NodeHelpers.getNodeWebhookPath(
			workflow.id,
			node,
			String(value('path') ?? '').replace(/^\/|\/$/g, ''),
			value('isFullPath') === true,
			description.restartWebhook === true,
		);
		return String(value('httpMethod') ?? 'GET')
			.split(',')
			.map((httpMethod) => ({
				httpMethod: httpMethod.trim() as IWebhookData['httpMethod'],
				node: node.name,
				path,
				webhookDescription: description,
				workflowId: workflow.id,
				workflowExecuteAdditionalData: additionalData,
			}));
	});
}

/** Calls `webhook()` for a request and sends the answer that n8n would send. */
export async function callWebhook(
	call: WebhookCall,
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
): Promise<void> {
	const answer = likeExpress(response);
	const { webhookDescription: description, node: name } = call.webhook;
	if ((description.responseMode ?? 'onReceived') !== 'onReceived') {
		throw new Error(`The harness does not know the response mode ${description.responseMode}`);
	}
	let read: Awaited<ReturnType<typeof readRequest>>;
	try {
		read = await readRequest(request, url);
	} catch (error) {
		const { message } = error as Error;
		if (!(error instanceof UnreadableBody)) refuse(answer, 500, problem);
		else
			answer
				.status(422)
				.json({ code: 422, message: 'Failed to parse request body', hint: message });
		return;
	}

	let returned: IWebhookResponseData;
	try {
		const seen = { httpRequest: read, httpResponse: answer };
		returned = await call.attendance.during(
			response,
			async () => await runWebhook(call, { ...call.additionalData, ...seen }),
		);
	} catch (error) {
		refuse(answer, 500, 'Workflow Webhook Error: Workflow could not be started!');
		// It starts all the same, to stand in the list of executions as failed.
		call.start([[{ json: {} }]], error as Error);
		return;
	}

	const { workflowData, webhookResponse, noWebhookResponse } = returned;
	const code = Number(description.responseCode ?? 200);
	const send = (body: unknown) =>
		typeof body === 'string' ? answer.status(code).send(body) : answer.status(code).json(body);

	if (noWebhookResponse === true) call.answered?.();
	if (workflowData === undefined) {
		if (noWebhookResponse === true) return;
		call.answered?.();
		send(webhookResponse ?? { message: 'Webhook call received' });
		return;
	}
	try {
		call.start(workflowData);
	} catch {
		if (!noWebhookResponse) refuse(answer, 500, problem);
		return;
	}
	if (noWebhookResponse === true) return;
	call.answered?.();
	// A description without `responseData` is answered with this very word.
	const body = description.responseData ?? 'firstEntryJson';
	if (body === 'noData') answer.status(code).json(undefined);
	else send(body || (webhookResponse ?? { message: 'Workflow was started' }));

	async function runWebhook(
		{ workflow, webhook, mode, waiting }: WebhookCall,
		additionalData: IWorkflowExecuteAdditionalData,
	): Promise<IWebhookResponseData> {
		const node = workflow.getNode(name)!;
		const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		if (type.webhook === undefined) throw new Error(`${node.type} has no webhook()`);
		const context = new WebhookContext(workflow, node, additionalData, mode, webhook, [], waiting);
		return await type.webhook.call(context);
	}
}

const problem = 'There was a problem executing the workflow';

/** An error of n8n's own, in its shape. */
export function refuse(
	answer: Pick<ReturnType<typeof likeExpress>, 'status'>,
	status: number,
	message: string,
	code = 0,
): void {
	answer.status(status).json({ code, message });
}
