import './environment.mts';
import 'reflect-metadata';
import './hostLog.mts';
import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INodeExecutionData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';
import { type BinaryMode, BinaryStore } from './binaryStore.mts';
import { CredentialsHelper } from './credentials.mts';
import { Executions, type Order, type Running } from './executions.mts';
import { LocalServer, type Route } from './localServer.mts';
import { Parked } from './parked.mts';
import { type NodeSource, NodeTypes } from './nodeTypes.mts';
import type { Result } from './result.mts';
import { refuse } from './webhookCall.mts';
import { likeExpress } from './likeExpress.mts';
import { serveSignedLink } from './signedLinks.mts';
import { livePath, Trigger } from './trigger.mts';
import { waitingPath, WaitingWebhooks } from './waitingWebhooks.mts';
import {
	drawWorkflow,
	type NodeSketch,
	startName,
	type Wire,
	type WorkflowSketch,
} from './workflow.mts';

/** What one n8n of a test consists of. */
export interface EngineOptions {
	/** The node types under test, by the name that stored workflows have for them. */
	nodes: Record<string, NodeSource>;
	credentialTypes?: ICredentialType[];
	/** Values by credential type. May be changed between runs, through `engine.credentials`. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
	binaryMode?: BinaryMode;
	/** n8n's WEBHOOK_URL: the address it believes to be reached at, where not the real local one. */
	webhookUrl?: string;
	/** `false`: resume URLs as n8n 1.x has them, without a signature. */
	signedResumeUrls?: boolean;
}

/** One run: the flat fields describe the node under test, in a workflow Start → node. */
export interface RunSketch extends NodeSketch {
	items?: Array<{ json?: IDataObject; binary?: Record<string, IBinaryData> }>;
	/** Nodes behind the node under test. */
	then?: NodeSketch[];
	/** Runs the node inside a loop, so many items at a time: its run index goes 0, 1, 2. */
	loop?: number;
	/**
	 * Runs the node as the tool of an AI agent, with what a model would fill in: parameters take it by
	 * `={{ $fromAI('prompt') }}`. The agent's answer is in `itemsOf('Agent')[0].json.answer`. By
	 * "request" the engine runs it (agents from version 3 on), by "call" the agent does.
	 */
	asTool?: { input: IDataObject; way: 'request' | 'call' };
	/** A whole workflow in place of all that. The first of `nodes` is the node under test. */
	workflow?: { nodes: NodeSketch[]; wires?: Wire[] };
	settings?: WorkflowSketch['settings'];
	mode?: WorkflowExecuteMode;
}

/** A trigger node: the flat fields describe it. */
export interface TriggerSketch extends NodeSketch {
	/** Nodes behind the trigger. */
	then?: NodeSketch[];
	settings?: WorkflowSketch['settings'];
}

/** Starts an n8n for a test file. Stop it when the tests are over. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	const server = new LocalServer();
	await server.open();
	const binaries = new BinaryStore();
	await binaries.open(options.binaryMode ?? 'filesystem');
	return new Engine(options, server, binaries);
}

export class Engine {
	/** The credentials' values, by type: change them to see what the node does with others. */
	readonly credentials: Record<string, ICredentialDataDecryptedObject>;
	readonly types: NodeTypes;
	readonly executions: Executions;
	private readonly defaultType: string;
	private readonly helper: CredentialsHelper;
	private readonly triggers: Trigger[] = [];
	private workflows = 0;

	constructor(
		private readonly options: EngineOptions,
		private readonly server: LocalServer,
		private readonly binaries: BinaryStore,
	) {
		this.credentials = options.credentials ?? {};
		this.types = new NodeTypes(options.nodes);
		this.defaultType = Object.keys(options.nodes)[0] ?? '';
		this.helper = new CredentialsHelper(options.credentialTypes ?? [], this.credentials);
		this.executions = new Executions(
			this.types,
			(id) => this.additionalData(id),
			options.signedResumeUrls,
		);
		const waiting = new WaitingWebhooks(this.executions, this.types, (id) =>
			this.additionalData(id),
		);
		server.route('/rest/binary-data/signed', serveSignedLink);
		server.route(waitingPath, this.counted(waiting.answer));
		server.route(
			livePath,
			this.counted(async (request, response, url) => {
				const trigger = this.triggers.find((one) => one.owns(url.pathname));
				if (trigger !== undefined) await trigger.answer(request, response, url);
				else refuse(likeExpress(response), 404, 'The requested webhook is not registered.', 404);
			}),
		);
	}

	/**
	 * Callbacks that n8n is answering at the moment. The node may wait on the clock meanwhile, so they
	 * must not keep it from moving: they are requests held back, as the sandbox's are.
	 */
	answering = 0;

	private counted(answer: Route): Route {
		return async (request, response, url) => {
			this.answering += 1;
			try {
				await answer(request, response, url);
			} finally {
				this.answering -= 1;
			}
		};
	}

	/** Where this n8n is reached, without a slash at the end. */
	get origin(): string {
		return this.server.origin;
	}

	/** True while n8n itself is about to go on: a clock must not jump then. */
	readonly busy = (): boolean => this.executions.underWay > this.types.atWork;

	/** Runs a workflow around the node under test. */
	run(sketch: RunSketch): Running {
		return this.executions.start(this.order(sketch));
	}

	/** "Retry" in n8n's list of executions: a new execution that goes on where the old one failed. */
	retry(failed: Result): Running {
		const row = this.executions.find(failed.executionId);
		if (row === undefined) throw new Error(`There is no execution ${failed.executionId}`);
		if (row.status === 'success')
			throw new Error('The execution succeeded, so it cannot be retried.');
		const data = this.executions.read(row);
		const { lastNodeExecuted } = data.resultData;
		if (lastNodeExecuted !== undefined) {
			delete data.resultData.error;
			const runs = data.resultData.runData[lastNodeExecuted];
			if (runs?.at(-1)?.error !== undefined) runs.pop();
		}
		const { workflow, subject } = row;
		return this.executions.start({ workflow, subject, mode: 'retry', data, retryOf: row.id });
	}

	/** An execution that waits: ring at it, or let its time run out. */
	parked(result: Result): Parked {
		const row = this.executions.find(result.executionId);
		if (row?.status !== 'waiting') {
			throw new Error(`Execution ${result.executionId} is ${row?.status}, not waiting`);
		}
		const { resumeToken } = this.executions.read(row);
		const signature = resumeToken === undefined ? '' : `?signature=${resumeToken}`;
		const resumeUrl = `${this.origin}${waitingPath}${row.id}${signature}`;
		return new Parked(this.executions, row, resumeUrl);
	}

	/** A trigger node, first in an active workflow. */
	trigger(sketch: TriggerSketch = {}): Trigger {
		const { then, settings, ...node } = sketch;
		const nodes = [{ type: this.defaultType, ...node }, ...(then ?? [])];
		const trigger = new Trigger(
			this.draw({ nodes, settings, start: false }),
			this.origin,
			this.executions,
			this.types,
			() => this.additionalData(),
		);
		this.triggers.push(trigger);
		return trigger;
	}

	/** A binary field for an input item. */
	async file(bytes: Buffer, fileName: string, mimeType: string): Promise<IBinaryData> {
		return await this.binaries.keep(bytes, fileName, mimeType);
	}

	/** The bytes of a binary field. */
	async read(binary: IBinaryData | undefined): Promise<Buffer> {
		if (binary === undefined) throw new Error('The item has no such binary field');
		return await this.binaries.read(binary);
	}

	async stop(): Promise<void> {
		await this.server.close();
		await this.binaries.close();
	}

	private order(sketch: RunSketch): Order {
		const { items, then, loop, asTool, workflow: whole, settings, mode, ...node } = sketch;
		const type = asTool === undefined ? this.defaultType : `${this.defaultType}Tool`;
		const first = { name: this.nameOf(node.type ?? type), type, ...node };
		const around = loop === undefined ? asTool && agent(asTool, first) : round(loop, first);
		const shape = whole ?? around ?? { nodes: [first, ...(then ?? [])] };
		const workflow = this.draw({ ...shape, settings });
		const subject = workflow.nodes[1]?.name ?? startName;
		const given = (items ?? [{}]).map((item): INodeExecutionData => ({ json: {}, ...item }));
		const data = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node: workflow.nodes[0]!, data: { main: [given] }, source: null }],
			},
		});
		return { workflow, subject, mode: mode ?? 'trigger', data };
	}

	private nameOf(type: string): string {
		const { defaults, displayName } = this.types.getByName(type).description;
		return String(defaults.name ?? displayName);
	}

	private draw(sketch: WorkflowSketch) {
		this.workflows += 1;
		const chosen = Object.keys(this.credentials);
		return drawWorkflow(`workflow-${this.workflows}`, sketch, this.types, chosen);
	}

	private additionalData(executionId?: string): IWorkflowExecuteAdditionalData {
		const base = this.options.webhookUrl ?? `${this.origin}/`;
		const notHere = async () => {
			throw new Error('This is not part of the engine of the tests');
		};
		return {
			executionId,
			credentialsHelper: this.helper,
			currentNodeExecutionIndex: 0,
			variables: {},
			restApiUrl: `${base}rest`,
			instanceBaseUrl: base,
			webhookBaseUrl: `${base}webhook`,
			webhookWaitingBaseUrl: `${base}webhook-waiting`,
			webhookTestBaseUrl: `${base}webhook-test`,
			formBaseUrl: `${base}form`,
			formWaitingBaseUrl: `${base}form-waiting`,
			formTestBaseUrl: `${base}form-test`,
			mcpBaseUrl: `${base}mcp`,
			mcpTestBaseUrl: `${base}mcp-test`,
			executeWorkflow: notHere,
			getRunExecutionData: notHere,
			getRuntimeCredential: notHere,
			startRunnerTask: notHere,
			logAiEvent: () => {},
			externalSecretsProxy: undefined as never,
		};
	}
}

function round(batchSize: number, node: NodeSketch & { name: string }): WorkflowSketch {
	return {
		nodes: [node, { type: 'test.loop', name: 'Loop', parameters: { batchSize } }],
		wires: [
			[startName, 'Loop'],
			['Loop', node.name, 1],
			[node.name, 'Loop'],
		],
	};
}

function agent(
	{ way, input }: { way: string; input: IDataObject },
	node: NodeSketch & { name: string },
): WorkflowSketch {
	const parameters = { way, input: JSON.stringify(input) };
	return {
		nodes: [node, { type: 'test.agent', name: 'Agent', parameters }],
		wires: [
			[startName, 'Agent'],
			[node.name, 'Agent', 'ai_tool'],
		],
	};
}
