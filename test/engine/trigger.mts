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
import type { Attendance } from './attendance.mts';
import type { Executions } from './executions.mts';
import { likeExpress } from './likeExpress.mts';
import type { NodeTypes } from './nodeTypes.mts';
import type { Result } from './result.mts';
import { type Answer, ring, type RingSketch } from './ring.mts';
import { callWebhook, refuse, webhooksOf } from './webhookCall.mts';
import { openWorkflow } from './workflow.mts';

export const livePath = '/webhook/';

/** A run that a trigger started. */
export interface Started {
	executionId: string;
	/** What the trigger gave to the workflow. */
	items: INodeExecutionData[];
	/** What became of it. */
	result: Promise<Result>;
}

/** A trigger node in an active workflow, with a real address. */
export class Trigger {
	/** The production URL, as the node's panel shows it. */
	readonly url: string;
	/** The runs it started, in order. */
	readonly runs: Started[] = [];
	private readonly name: string;
	private readonly path: string;

	constructor(
		private readonly stored: IWorkflowBase,
		origin: string,
		private readonly executions: Executions,
		private readonly types: NodeTypes,
		private readonly additionalData: () => IWorkflowExecuteAdditionalData,
		private readonly attendance: Attendance,
	) {
		this.name = stored.nodes[0]!.name;
		this.path = this.webhooks()[0]?.path ?? '';
		this.url = `${origin}${livePath}${this.path}`;
	}

	/** The workflow's static data, as it stands in the database. Assign to it to begin with some. */
	get staticData(): IDataObject {
		return this.stored.staticData ?? {};
	}

	set staticData(value: IDataObject) {
		this.stored.staticData = value;
	}

	/** The static data of the trigger itself. */
	get nodeData(): IDataObject {
		return (this.staticData[`node:${this.name}`] as IDataObject | undefined) ?? {};
	}

	/** Sends a callback over real HTTP. Runs that follow from it are in `runs`. */
	async ring(sketch: RingSketch = {}): Promise<Answer> {
		return await ring(this.url, sketch);
	}

	/** All runs so far, to their ends. */
	async results(): Promise<Result[]> {
		return await Promise.all(this.runs.map(async ({ result }) => await result));
	}

	/** Calls the node's life-cycle methods as n8n does when a workflow is published or withdrawn. */
	async hook(method: 'checkExists' | 'create' | 'delete'): Promise<boolean | undefined> {
		const workflow = openWorkflow(this.stored, this.types);
		const node = workflow.getNode(this.name)!;
		const additionalData = this.additionalData();
		const webhook = webhooksOf(workflow, node, additionalData)[0]!;
		const { webhookMethods } = this.types.getByNameAndVersion(node.type);
		const context = new HookContext(workflow, node, additionalData, 'trigger', 'init', webhook);
		return await webhookMethods?.[webhook.webhookDescription.name]?.[method].call(context);
	}

	/** Whether a request to this path is meant for this trigger. */
	owns(pathname: string): boolean {
		return pathname === `${livePath}${this.path}`;
	}

	/** Answers one request, as n8n's live webhooks do. */
	async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
		// Static data is read here and written back as a whole at the end: calls in parallel overwrite
		// each other's.
		const workflow = openWorkflow(this.stored, this.types);
		const additionalData = this.additionalData();
		const webhook = this.webhooks().find((one) => one.httpMethod === request.method);
		if (webhook === undefined) {
			const name = `${request.method} ${this.path}`;
			refuse(likeExpress(response), 404, `The requested webhook "${name}" is not registered.`, 404);
			return;
		}
		const answered = () => {
			if (workflow.staticData.__dataChanged !== true) return;
			this.staticData = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
		};
		const start = (items: INodeExecutionData[][], error?: Error) => this.run(items, error);
		const { attendance } = this;
		const given = { workflow, webhook, additionalData, attendance, start, answered };
		await callWebhook({ ...given, mode: 'webhook', waiting: null }, request, response, url);
	}

	private run(items: INodeExecutionData[][], error?: Error): void {
		const node = this.stored.nodes[0]!;
		const shown = error && { ...error, message: error.message, stack: error.stack };
		const result = this.executions.start({
			workflow: this.stored,
			subject: this.name,
			mode: 'webhook',
			data: createRunExecutionData({
				executionData: { nodeExecutionStack: [{ node, data: { main: items }, source: null }] },
				...(shown && { resultData: { lastNodeExecuted: this.name, error: shown as never } }),
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
