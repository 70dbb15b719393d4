/**
 * n8n in a test: our node classes run in n8n-core's own `WorkflowExecute`. The parts of the server
 * that a node can observe are reimplemented around it, each after the server's code (2.41.1).
 *
 * ```ts
 * const engine = await startEngine({ nodes: { 'n8n-nodes-flux2.flux2': Flux2 }, credentialTypes, credentials });
 * const result = await engine.run({ parameters: { prompt: '={{ $json.prompt }}' }, items });
 * expect(result.status).toBe('success');
 * await engine.stop();
 * ```
 *
 * | in the server | here |
 * | --- | --- |
 * | a run, Retry On Fail, error output, loop, AI tool | `engine.run(options)`: see `RunOptions` |
 * | the stop button, the workflow's time-out | `run.cancel()`, `run.cancel('timeout')` |
 * | "Retry" in the list of executions | `engine.retry(result)` |
 * | the same workflow once more | `engine.runAgain(result)` |
 * | an execution that the queue starts again | `engine.restart(result)` |
 * | a waiting execution | `engine.waiting(result)`: see `WaitingExecution` |
 * | an active workflow with a trigger | `engine.trigger(options)`: see `Trigger` |
 * | binary data, signed links | `engine.storeFile(…)`, `engine.readFile(…)`; links are served |
 * | the stored execution, the log | `result.stored`, `result.logs` |
 *
 * Callbacks and signed links use real HTTP, at `engine.origin`. A `VirtualClock` has to know when
 * n8n is busy:
 * `new VirtualClock({ pendingResponses: () => engine.pendingResponses, isBusy: engine.isBusy, isExecuting: engine.isExecuting })`.
 *
 * In jest only: under ESM n8n-workflow would be loaded twice. Not supported: the database, users,
 * queue mode, engine v2, response modes other than "onReceived".
 */
import './environment.mts';
import 'reflect-metadata';
import './memoryLogger.mts';
import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	ICredentialType,
	INodeExecutionData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
} from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';
import { ActiveWebhooks } from './activeWebhooks.mts';
import { makeAdditionalData } from './additionalData.mts';
import { type BinaryMode, BinaryStore } from './binaryStore.mts';
import { CredentialsHelper } from './credentials.mts';
import { Executions, type RunningExecution } from './executions.mts';
import { LocalServer } from './localServer.mts';
import { type NodeSource, NodeTypes } from './nodeTypes.mts';
import { openProcessedData } from './processedData.mts';
import type { Result } from './result.mts';
import { type RunOptions, toWorkflowOptions } from './runOptions.mts';
import { serveSignedLink } from './signedLinks.mts';
import { Trigger } from './trigger.mts';
import { WaitingExecution } from './waitingExecution.mts';
import { waitingPath, WaitingWebhooks } from './waitingWebhooks.mts';
import { WebhookRouter } from './webhookRouter.mts';
import { buildWorkflow, type NodeOptions, startName, type WorkflowOptions } from './workflow.mts';

export type { RunOptions } from './runOptions.mts';

/** What a test's n8n consists of. */
export interface EngineOptions {
	/** The node types under test, by their names in stored workflows. */
	nodes: Record<string, NodeSource>;
	credentialTypes?: ICredentialType[];
	/** Values by credential type. May be changed between runs, through `engine.credentials`. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
	/** `filesystem` by default, as in n8n 2. */
	binaryMode?: BinaryMode;
	/** n8n's WEBHOOK_URL, the public address in resume URLs; by default the local address. */
	webhookUrl?: string;
	/** `false`: resume URLs as n8n 1.x has them, without a signature. */
	signedResumeUrls?: boolean;
}

/** A trigger node, described by the fields of `NodeOptions`. */
export interface TriggerOptions extends NodeOptions {
	/** Nodes after the trigger. */
	followedBy?: NodeOptions[];
	settings?: IWorkflowSettings;
}

/** Starts an n8n for a test file, which has to stop it after its tests. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	const server = new LocalServer();
	await server.open();
	const binaries = new BinaryStore();
	await binaries.open(options.binaryMode ?? 'filesystem');
	await openProcessedData();
	return new Engine(options, server, binaries);
}

let engineCount = 0;

export class Engine {
	/** The credentials' values, by type. Tests may change them between runs. */
	readonly credentials: Record<string, ICredentialDataDecryptedObject>;
	readonly types: NodeTypes;
	readonly executions: Executions;
	private readonly router: WebhookRouter;
	private readonly activeWebhooks = new ActiveWebhooks();
	private readonly defaultType: string;
	private readonly credentialsHelper: CredentialsHelper;
	private workflowCount = 0;
	/** Engines of one test file share a table of processed data, so workflow IDs must differ. */
	private readonly number = ++engineCount;

	constructor(
		private readonly options: EngineOptions,
		private readonly server: LocalServer,
		private readonly binaries: BinaryStore,
	) {
		const { nodes, credentials, credentialTypes, signedResumeUrls } = options;
		this.credentials = credentials ?? {};
		this.types = new NodeTypes(nodes);
		this.defaultType = Object.keys(nodes)[0] ?? '';
		this.credentialsHelper = new CredentialsHelper(credentialTypes ?? [], this.credentials);
		this.executions = new Executions(this.types, this.additionalData, signedResumeUrls);
		const { executions, types, additionalData, activeWebhooks } = this;
		const waiting = new WaitingWebhooks(executions, types, additionalData, activeWebhooks);
		this.router = new WebhookRouter(server, waiting);
		server.route('/rest/binary-data/signed', serveSignedLink);
	}

	/** The address of this n8n, without a slash at the end. */
	get origin(): string {
		return this.server.origin;
	}

	/** Number of `webhook()` calls still running, whether they have responded or not. */
	get runningWebhooks(): number {
		return this.activeWebhooks.running;
	}

	/** Number of callbacks without a response yet: the clock must be able to move meanwhile. */
	get pendingResponses(): number {
		return this.activeWebhooks.unanswered;
	}

	/** True while an execution is running. */
	readonly isExecuting = (): boolean => this.executions.running > 0;

	/** True while n8n itself, not a node, is about to continue: the clock must not jump then. */
	readonly isBusy = (): boolean => this.executions.running > this.types.executing;

	/** Runs a workflow around the node under test. */
	run(options: RunOptions): RunningExecution {
		const workflow = this.buildWorkflow(toWorkflowOptions(options, this.defaultType, this.types));
		const items = (options.items ?? [{}]).map(
			(item): INodeExecutionData => ({ json: {}, ...item }),
		);
		const [node] = workflow.nodes;
		return this.executions.start({
			workflow,
			nodeName: workflow.nodes[1]?.name ?? startName,
			mode: options.mode ?? 'trigger',
			data: createRunExecutionData({
				executionData: {
					nodeExecutionStack: [{ node: node!, data: { main: [items] }, source: null }],
				},
			}),
		});
	}

	/** "Retry" in n8n's list of executions: a new execution that continues where the old one failed. */
	retry(failed: Result): RunningExecution {
		return this.executions.retry(failed.executionId);
	}

	/** The same workflow with the same items, as a new execution. */
	runAgain(earlier: Result): RunningExecution {
		return this.executions.runAgain(earlier.executionId);
	}

	/** The queue starts the same execution again, as after the death of its worker. */
	restart(started: Result): RunningExecution {
		return this.executions.restart(started.executionId);
	}

	/** A waiting execution: send it callbacks, or let it time out. */
	waiting(result: Result): WaitingExecution {
		const row = this.executions.find(result.executionId);
		if (row?.status !== 'waiting') {
			throw new Error(`Execution ${result.executionId} is ${row?.status}, not waiting`);
		}
		const { resumeToken } = this.executions.read(row);
		const signature = resumeToken === undefined ? '' : `?signature=${resumeToken}`;
		const resumeUrl = `${this.origin}${waitingPath}${row.id}${signature}`;
		return new WaitingExecution(this.executions, row, resumeUrl);
	}

	/** A trigger node, the first node of an active workflow. */
	trigger(options: TriggerOptions = {}): Trigger {
		const { followedBy = [], settings, ...node } = options;
		const nodes = [{ type: this.defaultType, ...node }, ...followedBy];
		const workflow = this.buildWorkflow({ nodes, settings, start: false });
		const { origin, executions, types, additionalData, activeWebhooks } = this;
		const trigger = new Trigger(
			workflow,
			origin,
			executions,
			types,
			additionalData,
			activeWebhooks,
		);
		this.router.triggers.push(trigger);
		return trigger;
	}

	/** Stores a file, for a binary field of an input item. */
	async storeFile(bytes: Buffer, fileName: string, mimeType: string): Promise<IBinaryData> {
		return await this.binaries.store(bytes, fileName, mimeType);
	}

	/** The bytes of a binary field. */
	async readFile(binary: IBinaryData | undefined): Promise<Buffer> {
		if (binary === undefined) throw new Error('The item has no such binary field');
		return await this.binaries.read(binary);
	}

	async stop(): Promise<void> {
		await this.server.close();
		await this.binaries.close();
	}

	private buildWorkflow(options: WorkflowOptions): IWorkflowBase {
		this.workflowCount += 1;
		const credentialTypes = Object.keys(this.credentials);
		return buildWorkflow(
			`workflow-${this.number}-${this.workflowCount}`,
			options,
			this.types,
			credentialTypes,
		);
	}

	private readonly additionalData = (executionId?: string): IWorkflowExecuteAdditionalData => {
		const base = this.options.webhookUrl ?? `${this.origin}/`;
		return makeAdditionalData(base, this.credentialsHelper, executionId);
	};
}
