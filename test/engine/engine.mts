/**
 * n8n in a test: our node classes run inside n8n-core's own `WorkflowExecute`, and around it stands
 * as much of the server as they can see, each part written after the server's own code (2.41.1).
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
 * | a run, Retry On Fail, error output, loop, AI tool | `engine.run(sketch)`: see `RunSketch` |
 * | the stop button, the workflow's time-out | `run.cancel()`, `run.cancel('timeout')` |
 * | "Retry" in the list of executions | `engine.retry(result)` |
 * | the same workflow once more | `engine.runAnew(result)` |
 * | an execution handed out again by the queue | `engine.beginAgain(result)` |
 * | an execution that waits | `engine.parked(result)`: see `Parked` |
 * | an active workflow with a trigger | `engine.trigger(sketch)`: see `Trigger` |
 * | binary data, signed links | `engine.file(…)`, `engine.read(…)`; links are served |
 * | what stands in the database, the log | `result.stored`, `result.logs` |
 *
 * Callbacks and signed links go over real HTTP, to `engine.origin`. Time goes by a `VirtualClock`
 * that is told what goes on here:
 * `new VirtualClock({ held: () => engine.held, busy: engine.busy, atWork: engine.atWork })`.
 *
 * In jest only: under ESM n8n-workflow would be loaded twice. Not here: the database, users, queue mode, engine v2, response modes but "onReceived".
 */
import './environment.mts';
import 'reflect-metadata';
import './hostLog.mts';
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
import { makeAdditionalData } from './additionalData.mts';
import { Attendance } from './attendance.mts';
import { type BinaryMode, BinaryStore } from './binaryStore.mts';
import { Callbacks } from './callbacks.mts';
import { CredentialsHelper } from './credentials.mts';
import { Executions, type Running } from './executions.mts';
import { LocalServer } from './localServer.mts';
import { type NodeSource, NodeTypes } from './nodeTypes.mts';
import { Parked } from './parked.mts';
import { openProcessedData } from './processedData.mts';
import type { Result } from './result.mts';
import { type RunSketch, shapeOf } from './runSketch.mts';
import { serveSignedLink } from './signedLinks.mts';
import { Trigger } from './trigger.mts';
import { waitingPath, WaitingWebhooks } from './waitingWebhooks.mts';
import { drawWorkflow, type NodeSketch, startName, type WorkflowSketch } from './workflow.mts';

export type { RunSketch } from './runSketch.mts';

/** What one n8n of a test consists of. */
export interface EngineOptions {
	/** The node types under test, by the name that stored workflows have for them. */
	nodes: Record<string, NodeSource>;
	credentialTypes?: ICredentialType[];
	/** Values by credential type. May be changed between runs, through `engine.credentials`. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
	/** `filesystem` by default, as in n8n 2. */
	binaryMode?: BinaryMode;
	/** n8n's WEBHOOK_URL: the address it believes to be reached at, where not the real local one. */
	webhookUrl?: string;
	/** `false`: resume URLs as n8n 1.x has them, without a signature. */
	signedResumeUrls?: boolean;
}

/** A trigger node: the flat fields describe it. */
export interface TriggerSketch extends NodeSketch {
	/** Nodes behind the trigger. */
	then?: NodeSketch[];
	settings?: IWorkflowSettings;
}

/** Starts an n8n for a test file. Stop it when the tests are over. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	const server = new LocalServer();
	await server.open();
	const binaries = new BinaryStore();
	await binaries.open(options.binaryMode ?? 'filesystem');
	await openProcessedData();
	return new Engine(options, server, binaries);
}

let engines = 0;

export class Engine {
	/** The credentials' values, by type: change them to see what the node does with others. */
	readonly credentials: Record<string, ICredentialDataDecryptedObject>;
	readonly types: NodeTypes;
	readonly executions: Executions;
	private readonly callbacks: Callbacks;
	private readonly attendance = new Attendance();
	private readonly defaultType: string;
	private readonly helper: CredentialsHelper;
	private workflows = 0;
	/** The engines of one test file share a table of processed data: no two may have the same workflow. */
	private readonly number = ++engines;

	constructor(
		private readonly options: EngineOptions,
		private readonly server: LocalServer,
		private readonly binaries: BinaryStore,
	) {
		const { nodes, credentials, credentialTypes, signedResumeUrls } = options;
		this.credentials = credentials ?? {};
		this.types = new NodeTypes(nodes);
		this.defaultType = Object.keys(nodes)[0] ?? '';
		this.helper = new CredentialsHelper(credentialTypes ?? [], this.credentials);
		this.executions = new Executions(this.types, this.additionalData, signedResumeUrls);
		const { executions, types, additionalData, attendance } = this;
		const waiting = new WaitingWebhooks(executions, types, additionalData, attendance);
		this.callbacks = new Callbacks(server, waiting);
		server.route('/rest/binary-data/signed', serveSignedLink);
	}

	/** Where this n8n is reached, without a slash at the end. */
	get origin(): string {
		return this.server.origin;
	}

	/** Callbacks that a node is at work on, whether it has answered them or not. */
	get answering(): number {
		return this.attendance.answering;
	}

	/** Callbacks whose senders have no answer yet: a clock must move on for them. */
	get held(): number {
		return this.attendance.held;
	}

	/** True while an execution is under way. */
	readonly atWork = (): boolean => this.executions.underWay > 0;

	/** True while n8n itself is about to go on: a clock must not jump then. */
	readonly busy = (): boolean => this.executions.underWay > this.types.atWork;

	/** Runs a workflow around the node under test. */
	run(sketch: RunSketch): Running {
		const workflow = this.draw(shapeOf(sketch, this.defaultType, this.types));
		const items = (sketch.items ?? [{}]).map((item): INodeExecutionData => ({ json: {}, ...item }));
		const [node] = workflow.nodes;
		return this.executions.start({
			workflow,
			subject: workflow.nodes[1]?.name ?? startName,
			mode: sketch.mode ?? 'trigger',
			data: createRunExecutionData({
				executionData: {
					nodeExecutionStack: [{ node: node!, data: { main: [items] }, source: null }],
				},
			}),
		});
	}

	/** "Retry" in n8n's list of executions: a new execution that goes on where the old one failed. */
	retry(failed: Result): Running {
		return this.executions.retry(failed.executionId);
	}

	/** The same workflow with the same items, as a new execution. */
	runAnew(earlier: Result): Running {
		return this.executions.runAnew(earlier.executionId);
	}

	/** A queue that hands out an execution again which a worker had begun, as after that worker's death. */
	beginAgain(begun: Result): Running {
		return this.executions.beginAgain(begun.executionId);
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
		const { then = [], settings, ...node } = sketch;
		const nodes = [{ type: this.defaultType, ...node }, ...then];
		const workflow = this.draw({ nodes, settings, start: false });
		const { origin, executions, types, additionalData, attendance } = this;
		const trigger = new Trigger(workflow, origin, executions, types, additionalData, attendance);
		this.callbacks.triggers.push(trigger);
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

	private draw(sketch: WorkflowSketch): IWorkflowBase {
		this.workflows += 1;
		const chosen = Object.keys(this.credentials);
		return drawWorkflow(`workflow-${this.number}-${this.workflows}`, sketch, this.types, chosen);
	}

	private readonly additionalData = (executionId?: string): IWorkflowExecuteAdditionalData => {
		const base = this.options.webhookUrl ?? `${this.origin}/`;
		return makeAdditionalData(base, this.helper, executionId);
	};
}
