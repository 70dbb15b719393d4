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
import type { ActiveWebhooks } from './activeWebhooks.mts';
import { toExpressResponse, readRequest, UnreadableBody } from './expressAdapter.mts';

/** A call of a node's `webhook()`, and how n8n continues afterwards. */
export interface WebhookCall {
	workflow: Workflow;
	webhook: IWebhookData;
	additionalData: IWorkflowExecuteAdditionalData;
	mode: WorkflowExecuteMode;
	activeWebhooks: ActiveWebhooks;
	/** The data of the waiting execution; null for a trigger. */
	waiting: IRunExecutionData | null;
	/** Starts or resumes the execution. `error`: what `webhook()` threw. */
	start(items: INodeExecutionData[][], error?: Error): void;
	/** The response is decided. Called before the execution starts if the node responded by itself. */
	onResponse?(): void;
}

/** The webhooks declared by a node's type, as n8n reads them. */
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

/** Calls `webhook()` for a request and sends the response that n8n would send. */
export async function callWebhook(
	call: WebhookCall,
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
): Promise<void> {
	const expressResponse = toExpressResponse(response);
	const { webhookDescription: description, node: name } = call.webhook;
	if ((description.responseMode ?? 'onReceived') !== 'onReceived') {
		throw new Error(
			`The test engine does not support the response mode ${description.responseMode}`,
		);
	}
	let webRequest: Awaited<ReturnType<typeof readRequest>>;
	try {
		webRequest = await readRequest(request, url);
	} catch (error) {
		const { message } = error as Error;
		if (!(error instanceof UnreadableBody)) sendError(expressResponse, 500, executionProblem);
		else
			expressResponse
				.status(422)
				.json({ code: 422, message: 'Failed to parse request body', hint: message });
		return;
	}

	let returned: IWebhookResponseData;
	try {
		const http = { httpRequest: webRequest, httpResponse: expressResponse };
		returned = await call.activeWebhooks.track(
			response,
			async () => await runWebhook(call, { ...call.additionalData, ...http }),
		);
	} catch (error) {
		sendError(expressResponse, 500, 'Workflow Webhook Error: Workflow could not be started!');
		// It starts all the same, so that the list of executions shows it as failed.
		call.start([[{ json: {} }]], error as Error);
		return;
	}

	const { workflowData, webhookResponse, noWebhookResponse } = returned;
	const code = Number(description.responseCode ?? 200);
	const send = (body: unknown) =>
		typeof body === 'string'
			? expressResponse.status(code).send(body)
			: expressResponse.status(code).json(body);

	if (noWebhookResponse === true) call.onResponse?.();
	if (workflowData === undefined) {
		if (noWebhookResponse === true) return;
		call.onResponse?.();
		send(webhookResponse ?? { message: 'Webhook call received' });
		return;
	}
	try {
		call.start(workflowData);
	} catch {
		if (!noWebhookResponse) sendError(expressResponse, 500, executionProblem);
		return;
	}
	if (noWebhookResponse === true) return;
	call.onResponse?.();
	// n8n's default: without `responseData` it responds with this value itself.
	const body = description.responseData ?? 'firstEntryJson';
	if (body === 'noData') expressResponse.status(code).json(undefined);
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

const executionProblem = 'There was a executionProblem executing the workflow';

/** Sends an error in the format of n8n's own. */
export function sendError(
	response: Pick<ReturnType<typeof toExpressResponse>, 'status'>,
	status: number,
	message: string,
	code = 0,
): void {
	response.status(status).json({ code, message });
}
