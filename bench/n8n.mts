import { setTimeout as sleep } from 'node:timers/promises';
import { callWebhook } from '../host/callWebhook.mts';
import type { CleanupStack } from '../host/cleanupStack.mts';
import type { StoredCredential } from '../host/n8nApi.mts';
import versions from '../host/versions.json' with { type: 'json' };
import type { Workflow } from '../host/workflow.mts';
import { N8nInstance } from '../test/e2e/n8nInstance.mts';
import type { SandboxOptions } from '../sandbox/server.mts';
import { type SandboxProcess, startSandboxProcess } from './sandbox.mts';
import { ourWorkflow, stockWorkflow, type StockVariant } from './stockWorkflow.mts';

export type Variant = 'ours' | StockVariant;

/** An active workflow, and how to run it by its webhook. */
export type Execute = (prompts: string[], timeoutSeconds?: number) => Promise<Execution>;

export interface Execution {
	seconds: number;
	/** `stopped`: it was still running after its time limit. */
	status: 'success' | 'error' | 'stopped';
}

/** A real n8n with the package in it. */
export async function startN8n(tarball: string, cleanup: CleanupStack): Promise<N8nInstance> {
	const n8n = await N8nInstance.open(versions.n8n, tarball);
	cleanup.defer(() => n8n.close());
	await n8n.start();
	return n8n;
}

/** The two credentials for one sandbox: ours, and n8n's own for a header. */
async function createCredentials({ api }: N8nInstance, { url, apiKey }: SandboxProcess) {
	const own = await api.createCredential(`Flux 2 ${url}`, { apiKey, baseUrl: url });
	const header = await api.session.post<StoredCredential>('/credentials', {
		name: `Header ${url}`,
		type: 'httpHeaderAuth',
		data: { name: 'Authorization', value: `Bearer ${apiKey}` },
	});
	return { own, header };
}

/** Stores and activates a workflow whose webhook has this path. */
async function activate(
	{ api, server }: N8nInstance,
	path: string,
	workflow: Workflow,
	credential: StoredCredential,
): Promise<Execute> {
	const stored = await api.importWorkflow(workflow, credential);
	await api.activate(stored);
	return async (prompts, timeoutSeconds = 110) => {
		const call = callWebhook(`${server.url}/webhook/${path}`, { body: { prompts } });
		const timeout = sleep(timeoutSeconds * 1_000, undefined, { ref: false });
		const ended = await Promise.race([call, timeout]);
		if (ended) {
			const { seconds, response } = ended;
			return { seconds, status: response.status === 200 ? 'success' : 'error' };
		}
		// What n8n responds to the stopped execution does not matter.
		call.catch(() => undefined);
		for (const { id, status } of await api.executions(stored.id))
			if (status === 'running' || status === 'waiting') await api.stop(id);
		return { seconds: timeoutSeconds, status: 'stopped' };
	};
}

export const promptsFor = (images: number): string[] =>
	Array.from({ length: images }, (_, index) => `Benchmark image ${index}`);

/** Runs something with a sandbox and a workflow of each variant, all of which have run once. */
export async function withWorkflows<V extends Variant, Result>(
	n8n: N8nInstance,
	variants: readonly V[],
	options: SandboxOptions,
	run: (sandbox: SandboxProcess, execute: Record<V, Execute>) => Promise<Result>,
): Promise<Result> {
	const sandbox = await startSandboxProcess(options);
	try {
		const { own, header } = await createCredentials(n8n, sandbox);
		const execute: Partial<Record<V, Execute>> = {};
		await sandbox.startRun({ seconds: 0 });
		for (const variant of variants) {
			const path = `${variant}-${new URL(sandbox.url).port}`;
			const workflow =
				variant === 'ours' ? ourWorkflow(path) : stockWorkflow(path, sandbox.url, header, variant);
			execute[variant] = await activate(n8n, path, workflow, own);
			const { status } = await execute[variant](promptsFor(1));
			if (status !== 'success')
				throw new Error(`The workflow "${variant}" does not run: ${status}`);
		}
		return await run(sandbox, execute as Record<V, Execute>);
	} finally {
		await sandbox.end();
	}
}
