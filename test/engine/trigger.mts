import type { IncomingMessage, ServerResponse } from 'node:http';
import { HookContext } from 'n8n-core';
import type {
	IDataObject,
	INodeExecutionData,
	IWebhookData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';
import type { ActiveWebhooks } from './activeWebhooks.mts';
import type { Executions } from './executions.mts';
import { toExpressResponse } from './expressAdapter.mts';
import type { NodeTypes } from './nodeTypes.mts';
import type { Result } from './result.mts';
import { type CallbackResponse, sendCallback, type CallbackRequest } from './sendCallback.mts';
import { callWebhook, sendError, webhooksOf } from './webhookCall.mts';
import { openWorkflow } from './workflow.mts';

export const livePath = '/webhook/';

/** An execution that a trigger started. */
export interface StartedRun {
	executionId: string;
	/** The items that the trigger passed to the workflow. */
	items: INodeExecutionData[];
	/** The result of the execution. */
	result: Promise<Result>;
}

/** A trigger node in an active workflow, with a real URL. */
export class Trigger {
	/** The production URL, as the node's panel shows it. */
	readonly url: string;
	/** The executions it started, in order. */
	readonly runs: StartedRun[] = [];
	private readonly name: string;
	private readonly path: string;

	constructor(
		private readonly stored: IWorkflowBase,
		origin: string,
		private readonly executions: Executions,
		private readonly types: NodeTypes,
		private readonly additionalData: () => IWorkflowExecuteAdditionalData,
		private readonly activeWebhooks: ActiveWebhooks,
	) {
		this.name = stored.nodes[0]!.name;
		this.path = this.webhooks()[0]?.path ?? '';
		this.url = `${origin}${livePath}${this.path}`;
	}

	/** The workflow's static data, as stored. Tests may assign to it. */
	get staticData(): IDataObject {
		return this.stored.staticData ?? {};
	}

	set staticData(value: IDataObject) {
		this.stored.staticData = value;
	}

	/** The static data of the trigger itself. */
	get nodeStaticData(): IDataObject {
		return (this.staticData[`node:${this.name}`] as IDataObject | undefined) ?? {};
	}

	/** Sends a callback over real HTTP. Executions that it starts are in `runs`. */
	async sendCallback(callback: CallbackRequest = {}): Promise<CallbackResponse> {
		return await sendCallback(this.url, callback);
	}

	/** The results of all executions so far, once they have finished. */
	async results(): Promise<Result[]> {
		return await Promise.all(this.runs.map(async ({ result }) => await result));
	}

	/** Calls a webhook method as n8n does when a workflow is activated or deactivated. */
	async callWebhookMethod(
		method: 'checkExists' | 'create' | 'delete',
	): Promise<boolean | undefined> {
		const workflow = openWorkflow(this.stored, this.types);
		const node = workflow.getNode(this.name)!;
		const additionalData = this.additionalData();
		const webhook = webhooksOf(workflow, node, additionalData)[0]!;
		const { webhookMethods } = this.types.getByNameAndVersion(node.type);
		const context = new HookContext(workflow, node, additionalData, 'trigger', 'init', webhook);
		return await webhookMethods?.[webhook.webhookDescription.name]?.[method].call(context);
	}

	/** Whether a request to this path is for this trigger. */
	matches(pathname: string): boolean {
		return pathname === `${livePath}${this.path}`;
	}

	/** Handles a request as n8n's live webhooks do. */
	async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
		// Static data is read here and written back as a whole at the end: concurrent calls overwrite
		// each other's changes.
		const workflow = openWorkflow(this.stored, this.types);
		const additionalData = this.additionalData();
		const webhook = this.webhooks().find((one) => one.httpMethod === request.method);
		if (webhook === undefined) {
			const name = `${request.method} ${this.path}`;
			sendError(
				toExpressResponse(response),
				404,
				`The requested webhook "${name}" is not registered.`,
				404,
			);
			return;
		}
		const onResponse = () => {
			if (workflow.staticData.__dataChanged !== true) return;
			this.staticData = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
		};
		const start = (items: INodeExecutionData[][], error?: Error) => this.run(items, error);
		const { activeWebhooks } = this;
		const call = { workflow, webhook, additionalData, activeWebhooks, start, onResponse };
		await callWebhook({ ...call, mode: 'webhook', waiting: null }, request, response, url);
	}

	private run(items: INodeExecutionData[][], error?: Error): void {
		const node = this.stored.nodes[0]!;
		const storedError = error && { ...error, message: error.message, stack: error.stack };
		const result = this.executions.start({
			workflow: this.stored,
			nodeName: this.name,
			mode: 'webhook',
			data: createRunExecutionData({
				executionData: { nodeExecutionStack: [{ node, data: { main: items }, source: null }] },
				...(storedError && {
					resultData: { lastNodeExecuted: this.name, error: storedError as never },
				}),
			}),
		});
		const { executionId } = result;
		this.runs.push({ executionId, items: items[0] ?? [], result });
	}

	private webhooks(): IWebhookData[] {
		const workflow = openWorkflow(this.stored, this.types);
		return webhooksOf(workflow, workflow.getNode(this.name)!, this.additionalData());
	}
}
