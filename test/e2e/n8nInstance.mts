import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxiosResponse } from 'axios';
import getPort from 'get-port';
import { callWebhook } from '../../host/callWebhook.mts';
import { stopChildProcesses } from '../../host/childProcess.mts';
import { CleanupStack } from '../../host/cleanupStack.mts';
import { installPackage } from '../../host/communityPackage.mts';
import type { Execution } from '../../host/execution.mts';
import { installN8n, type N8nInstall } from '../../host/installN8n.mts';
import { N8nApi, type StoredWorkflow } from '../../host/n8nApi.mts';
import { packPackage } from '../../host/pack.mts';
import { cacheFolder } from '../../host/paths.mts';
import { type Server, startServer } from '../../host/server.mts';
import type { Owner } from '../../host/session.mts';
import type { Workflow } from '../../host/workflow.mts';
import type { SandboxOptions } from '../../sandbox/server.mts';
import { type Account, openAccount } from './account.mts';
import type { OutputItem } from './executionData.mts';
import { waitUntil } from './waitUntil.mts';
import { manualTriggerName } from './workflowBuilder.mts';

const isUnfinished = (status: string): boolean => ['new', 'running', 'waiting'].includes(status);

/** Path of the packed package, which scripts/e2e.mts packs once for all test files. */
export const tarball = async (): Promise<string> =>
	process.env.FLUX2_TARBALL ?? (await packPackage());

/** A running n8n with its own user folder. It can be stopped, killed and restarted. */
export class N8nInstance {
	private readonly cleanup = new CleanupStack();
	private starts = 0;
	private current: { server: Server; api: N8nApi } | undefined;
	readonly owner: Owner = { email: 'e2e@example.com', password: 'Flux2-end-to-end-1' };
	/** The only folder in which this n8n lets nodes write files. */
	readonly filesFolder: string;
	/** One log file for each start. */
	readonly logFiles: string[] = [];

	private constructor(
		readonly installation: N8nInstall,
		readonly userFolder: string,
		private readonly env: Record<string, string>,
	) {
		this.filesFolder = join(userFolder, 'files');
	}

	/** Creates a new user folder and installs the package into it. Does not start n8n. */
	static async open(
		version: string,
		packageFile: string,
		env: Record<string, string> = {},
	): Promise<N8nInstance> {
		const installation = await installN8n(version);
		const userFolder = await mkdtemp(
			join(process.env.FLUX2_E2E_FOLDER ?? tmpdir(), `flux2-e2e-${version}-`),
		);
		const n8n = new N8nInstance(installation, userFolder, env);
		n8n.cleanup.defer(() => rm(userFolder, { recursive: true, force: true }));
		n8n.cleanup.defer(stopChildProcesses);
		await mkdir(n8n.filesFolder);
		await n8n.replacePackage(packageFile);
		return n8n;
	}

	get server(): Server {
		return this.running.server;
	}

	get api(): N8nApi {
		return this.running.api;
	}

	private get running(): { server: Server; api: N8nApi } {
		if (this.current === undefined) throw new Error('This n8n is not running');
		return this.current;
	}

	/** Replaces the installed package, as an update does. */
	async replacePackage(packageFile: string): Promise<void> {
		await installPackage(packageFile, this.userFolder, this.installation);
	}

	/** Starts n8n, on the same port as before, and logs in. */
	async start(env: Record<string, string> = {}): Promise<void> {
		this.starts += 1;
		const name = `e2e-${this.installation.version}-${process.env.JEST_WORKER_ID ?? '0'}-${this.starts}.log`;
		const logFile = join(cacheFolder, 'logs', name);
		this.logFiles.push(logFile);
		const server = await startServer({
			n8n: this.installation,
			userFolder: this.userFolder,
			port: this.current ? Number(new URL(this.server.url).port) : await getPort(),
			env: { ...this.env, N8N_RESTRICT_FILE_ACCESS_TO: this.filesFolder, ...env },
			logFile,
		});
		const api = await N8nApi.connect(server);
		if (api.needsOwner) await api.setUpOwner(this.owner);
		else if (!(await api.logIn(this.owner))) throw new Error('n8n no longer accepts its owner');
		this.current = { server, api };
	}

	/** Opens an account at a sandbox of its own, which stops when this n8n is closed. */
	async openAccount(name: string, options: SandboxOptions = {}): Promise<Account> {
		const account = await openAccount(this.api, name, options);
		this.onClose(() => account.sandbox.stop());
		return account;
	}

	/** Imports a workflow, executes it manually, and waits until it has finished or is waiting. */
	async runManually(workflow: Workflow, { credential }: Account): Promise<Execution> {
		const stored = await this.api.importWorkflow(workflow, credential);
		return await this.runStored(stored);
	}

	/** Executes a stored workflow manually, and waits until it has finished or is waiting. */
	async runStored(stored: StoredWorkflow): Promise<Execution> {
		const id = await this.api.run(stored, manualTriggerName);
		return await this.api.waitForExecution(id, 120_000);
	}

	/** Imports a workflow and activates it. */
	async publish(workflow: Workflow, { credential }: Account): Promise<StoredWorkflow> {
		const stored = await this.api.importWorkflow(workflow, credential);
		await this.api.activate(stored);
		return stored;
	}

	/** Calls a production webhook, as an external client would. */
	async callWebhook(
		path: string,
		request?: { method?: string; body?: object },
	): Promise<AxiosResponse<Buffer>> {
		return (await callWebhook(`${this.server.url}/webhook/${path}`, request)).response;
	}

	/** Waits for `count` executions of a workflow to finish. Returns all of them, oldest first. */
	async finishedExecutions(
		{ id }: { id: string },
		count: number,
		timeoutMs = 60_000,
	): Promise<Execution[]> {
		return await waitUntil(
			`${count} executions of workflow ${id} have finished`,
			async () => {
				const list = await this.api.executions(id);
				if (list.length < count) return undefined;
				const all = await Promise.all(
					list.reverse().map(async (one) => await this.api.waitForExecution(one.id)),
				);
				// The list may be ahead of the stored execution for a moment.
				return all.some(({ status }) => isUnfinished(status)) ? undefined : all;
			},
			timeoutMs,
		);
	}

	/** Waits until the newest execution of a workflow has this status. */
	async executionWithStatus(
		{ id }: { id: string },
		status: string,
		timeoutMs = 60_000,
	): Promise<{ id: string }> {
		return await waitUntil(
			`the newest execution of workflow ${id} is "${status}"`,
			async () => {
				const [newest] = await this.api.executions(id);
				return newest?.status === status ? newest : undefined;
			},
			timeoutMs,
		);
	}

	/** Downloads the files of items as the editor does. Returns their sizes in bytes. */
	async fileSizes(items: readonly OutputItem[]): Promise<number[]> {
		const files = items.flatMap(({ binary = {} }) => Object.values(binary));
		return await Promise.all(
			files.map(async ({ id, data = '' }) => {
				// In memory mode, the item itself contains the file.
				if (id === undefined) return Buffer.from(data, 'base64').length;
				const query = `id=${encodeURIComponent(id)}&action=download`;
				return (await this.api.session.bytes(`/binary-data?${query}`)).length;
			}),
		);
	}

	/** Registers something to stop when this n8n is closed. */
	onClose(stop: () => Promise<unknown>): void {
		this.cleanup.defer(stop);
	}

	/** Stops everything that was started here and removes the user folder. */
	async close(): Promise<void> {
		await this.cleanup.run();
	}
}
