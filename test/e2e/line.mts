import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AxiosResponse } from 'axios';
import getPort from 'get-port';
import { callWebhook } from '../../host/callWebhook.mts';
import { installPackage } from '../../host/communityPackage.mts';
import { installN8n, type N8nInstall } from '../../host/install.mts';
import { endLeashed } from '../../host/leashed.mts';
import { Lifetime } from '../../host/lifetime.mts';
import { packPackage } from '../../host/pack.mts';
import { cacheFolder } from '../../host/places.mts';
import {
	type Execution,
	N8nApi,
	type StoredCredential,
	type StoredWorkflow,
} from '../../host/rest.mts';
import { type Server, startServer } from '../../host/server.mts';
import type { Owner } from '../../host/session.mts';
import type { Workflow } from '../../host/workflow.mts';
import type { Item } from './seen.mts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';

/** Odd enough to be found wherever it should not be. */
export const KEY = 'aio_e2e_h4Tq9ZsW2mVx7RbK';

const isOpen = (status: string): boolean => ['new', 'running', 'waiting'].includes(status);

/** The packed package; scripts/e2e.mts packs it once for everybody. */
export const tarball = async (): Promise<string> =>
	process.env.FLUX2_TARBALL ?? (await packPackage());

/** A sandbox of its own, with books that nobody else writes in, and n8n's credential for it. */
export interface Account {
	sandbox: Sandbox;
	credential: StoredCredential;
	/** What was bought so far, in words for the report. */
	spent(): string;
}

/** One real n8n in a folder of its own, which may be stopped, killed and started again. */
export class Line {
	private readonly lifetime = new Lifetime();
	private starts = 0;
	private current: { server: Server; api: N8nApi } | undefined;
	readonly owner: Owner = { email: 'e2e@example.com', password: 'Flux2-end-to-end-1' };
	/** Where the nodes of this n8n may write files. */
	readonly filesFolder: string;
	/** The log of every start. */
	readonly logFiles: string[] = [];

	private constructor(
		readonly n8n: N8nInstall,
		readonly userFolder: string,
		private readonly env: Record<string, string>,
	) {
		this.filesFolder = join(userFolder, 'files');
	}

	/** A fresh user folder with a package in it. Nothing runs yet. */
	static async open(
		version: string,
		packageFile: string,
		env: Record<string, string> = {},
	): Promise<Line> {
		const n8n = await installN8n(version);
		const userFolder = await mkdtemp(
			join(process.env.FLUX2_E2E_FOLDER ?? tmpdir(), `flux2-e2e-${version}-`),
		);
		const line = new Line(n8n, userFolder, env);
		line.lifetime.atEnd(() => rm(userFolder, { recursive: true, force: true }));
		line.lifetime.atEnd(endLeashed);
		await mkdir(line.filesFolder);
		await line.install(packageFile);
		return line;
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

	/** Puts a package in the place of the one that is there, as an update does. */
	async install(packageFile: string): Promise<void> {
		await installPackage(packageFile, this.userFolder, this.n8n);
	}

	/** Starts n8n, on the port it had before, and logs in. */
	async start(env: Record<string, string> = {}): Promise<void> {
		this.starts += 1;
		const name = `e2e-${this.n8n.version}-${process.env.JEST_WORKER_ID ?? '0'}-${this.starts}.log`;
		const logFile = join(cacheFolder, 'logs', name);
		this.logFiles.push(logFile);
		const server = await startServer({
			n8n: this.n8n,
			userFolder: this.userFolder,
			port: this.current ? Number(new URL(this.server.url).port) : await getPort(),
			env: { ...this.env, N8N_RESTRICT_FILE_ACCESS_TO: this.filesFolder, ...env },
			logFile,
		});
		const api = await N8nApi.connect(server);
		if (api.needsOwner) await api.setUpOwner(this.owner);
		else if (!(await api.logIn(this.owner))) throw new Error('n8n has forgotten its owner');
		this.current = { server, api };
	}

	/** Opens an account at a service of its own. */
	async openAccount(name: string, options: SandboxOptions = {}): Promise<Account> {
		const sandbox = await startSandbox({
			apiKey: KEY,
			pictures: 'plain',
			seconds: (random) => 2 + 2 * random(),
			...options,
		});
		this.lifetime.atEnd(() => sandbox.stop());
		const credential = await this.api.createCredential(name, {
			apiKey: KEY,
			baseUrl: sandbox.url,
		});
		const { books } = sandbox;
		const spent = () =>
			`${books.creates} ordered, ${books.creditsCharged} credits charged${
				books.creditsRefunded > 0 ? `, ${books.creditsRefunded} refunded` : ''
			}`;
		return { sandbox, credential, spent };
	}

	/** Imports a workflow, presses its manual trigger, and waits until it has ended or parked. */
	async press(workflow: Workflow, { credential }: Account): Promise<Execution> {
		const stored = await this.api.importWorkflow(workflow, credential);
		return await this.pressAgain(stored);
	}

	async pressAgain(stored: StoredWorkflow): Promise<Execution> {
		const id = await this.api.run(stored, 'Press here');
		return await this.api.executionAtRest(id, 120_000);
	}

	/** Imports a workflow and opens its webhooks. */
	async publish(workflow: Workflow, { credential }: Account): Promise<StoredWorkflow> {
		const stored = await this.api.importWorkflow(workflow, credential);
		await this.api.activate(stored);
		return stored;
	}

	/** Calls a production webhook as another program would. */
	async call(
		path: string,
		request?: { method?: string; body?: object },
	): Promise<AxiosResponse<Buffer>> {
		return (await callWebhook(`${this.server.url}/webhook/${path}`, request)).response;
	}

	/** All executions of a workflow, the oldest first, when there are so many and all have ended. */
	async endedExecutions(
		{ id }: { id: string },
		count: number,
		withinMs = 60_000,
	): Promise<Execution[]> {
		return await this.until(
			`${count} executions of workflow ${id} have ended`,
			async () => {
				const list = await this.api.executions(id);
				if (list.length < count) return undefined;
				const all = await Promise.all(
					list.reverse().map(async (one) => await this.api.executionAtRest(one.id)),
				);
				// The list may be a moment ahead of the execution itself.
				return all.some(({ status }) => isOpen(status)) ? undefined : all;
			},
			withinMs,
		);
	}

	/** The newest execution of a workflow, once its status is the given one. */
	async executionIn(
		{ id }: { id: string },
		status: string,
		withinMs = 60_000,
	): Promise<{ id: string }> {
		return await this.until(
			`the newest execution of workflow ${id} is "${status}"`,
			async () => {
				const [newest] = await this.api.executions(id);
				return newest?.status === status ? newest : undefined;
			},
			withinMs,
		);
	}

	/** Fetches the files of items as the editor does; gives their sizes in bytes. */
	async filesOf(items: readonly Item[]): Promise<number[]> {
		const files = items.flatMap(({ binary = {} }) => Object.values(binary));
		return await Promise.all(
			files.map(async ({ id, data = '' }) => {
				// In memory, a file is in the item itself.
				if (id === undefined) return Buffer.from(data, 'base64').length;
				const query = `id=${encodeURIComponent(id)}&action=download`;
				return (await this.api.session.bytes(`/binary-data?${query}`)).length;
			}),
		);
	}

	/** Looks again and again until there is something. */
	async until<T>(
		what: string,
		look: () => Promise<T | undefined> | T | undefined,
		withinMs = 60_000,
	): Promise<T> {
		const deadline = Date.now() + withinMs;
		for (;;) {
			const seen = await look();
			if (seen !== undefined) return seen;
			if (Date.now() > deadline)
				throw new Error(`After ${withinMs} ms it is still not so that ${what}`);
			await sleep(200);
		}
	}

	/** What else has to end with this line. */
	atEnd(ending: () => Promise<unknown>): void {
		this.lifetime.atEnd(ending);
	}

	/** Stops everything this line has started and removes its folder. */
	async close(): Promise<void> {
		await this.lifetime.end();
	}
}
