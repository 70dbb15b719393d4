import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import getPort from 'get-port';
import { installPackage } from '../host/communityPackage.mts';
import { installN8n } from '../host/install.mts';
import type { Lifetime } from '../host/lifetime.mts';
import { cacheFolder } from '../host/places.mts';
import { N8nApi, type StoredCredential } from '../host/rest.mts';
import { type Server, startServer } from '../host/server.mts';
import versions from '../host/versions.json' with { type: 'json' };
import type { Workflow } from '../host/workflow.mts';
import type { BenchSandbox } from './sandbox.mts';

/** A workflow that answers under a path of its own. */
export interface Opened {
	workflowId: string;
	path: string;
}

/** How one execution ended. */
export interface Ran {
	seconds: number;
	/** `stopped`: it was still at work when its time was over. */
	end: 'success' | 'error' | 'stopped';
}

/** A real n8n with the package in it. */
export class BenchHost {
	private constructor(
		private readonly server: Server,
		private readonly api: N8nApi,
	) {}

	static async start(tarball: string, lifetime: Lifetime): Promise<BenchHost> {
		const n8n = await installN8n(versions.n8n);
		const userFolder = await mkdtemp(join(tmpdir(), 'flux2-bench-'));
		lifetime.atEnd(() => rm(userFolder, { recursive: true, force: true }));
		await installPackage(tarball, userFolder, n8n);
		const logFile = join(cacheFolder, 'logs', 'bench.log');
		const server = await startServer({ n8n, userFolder, port: await getPort(), logFile });
		lifetime.atEnd(() => server.stop());
		const api = await N8nApi.connect(server);
		await api.setUpOwner({ email: 'bench@example.com', password: 'Flux2-bench-2026' });
		return new BenchHost(server, api);
	}

	/** The two credentials that lead to one sandbox: ours, and n8n's own for a header. */
	async credentials({ url, apiKey }: BenchSandbox) {
		const own = await this.api.createCredential(`Flux 2 ${url}`, { apiKey, baseUrl: url });
		const header = await this.api.session.post<StoredCredential>('/credentials', {
			name: `Header ${url}`,
			type: 'httpHeaderAuth',
			data: { name: 'Authorization', value: `Bearer ${apiKey}` },
		});
		return { own, header };
	}

	/** Stores a workflow and opens its webhook. */
	async open(path: string, workflow: Workflow, credential: StoredCredential): Promise<Opened> {
		const stored = await this.api.importWorkflow(workflow, credential);
		await this.api.activate(stored);
		return { workflowId: stored.id, path };
	}

	/** Runs a workflow by its webhook, and stops it when it takes longer than that. */
	async run({ path, workflowId }: Opened, prompts: string[], withinSeconds = 120): Promise<Ran> {
		const started = performance.now();
		const seconds = (): number => (performance.now() - started) / 1_000;
		const limit = AbortSignal.timeout(withinSeconds * 1_000);
		const answer = await axios
			.post(
				`${this.server.url}/webhook/${path}`,
				{ prompts },
				{
					proxy: false,
					validateStatus: () => true,
					signal: limit,
				},
			)
			.catch((error: unknown) => {
				if (limit.aborted) return undefined;
				throw error;
			});
		if (answer !== undefined) return { seconds: seconds(), end: endOf(answer.status) };
		const taken = seconds();
		await this.stopAll(workflowId);
		return { seconds: taken, end: 'stopped' };
	}

	/** A new webhook may be unknown for a second; asking with nothing to do shows when it is there. */
	async warmUp(opened: Opened, prompts: string[]): Promise<void> {
		const deadline = Date.now() + 15_000;
		while ((await this.run(opened, prompts).catch(() => undefined))?.end !== 'success') {
			if (Date.now() > deadline) throw new Error(`The workflow ${opened.path} does not run`);
			await sleep(500);
		}
	}

	private async stopAll(workflowId: string): Promise<void> {
		for (const { id, status } of await this.api.executions(workflowId))
			if (status === 'running' || status === 'waiting') await this.api.stop(id);
	}
}

const endOf = (status: number): 'success' | 'error' => (status === 200 ? 'success' : 'error');
