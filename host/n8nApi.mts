import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import { type Execution, isComplete } from './execution.mts';
import { type Owner, Session } from './session.mts';
import { credentialType, withCredential, type Workflow } from './workflow.mts';

export interface StoredWorkflow extends Workflow {
	id: string;
	versionId: string;
	active: boolean;
	isArchived?: boolean;
}

/** The data of a credential that the Flux 2 nodes use. */
export interface FluxCredential {
	apiKey: string;
	baseUrl: string;
}

export interface StoredCredential {
	id: string;
	name: string;
	data?: Partial<FluxCredential>;
}

const dataDelayMs = 3_000;

/** n8n's REST API as its editor uses it. Hides the differences between n8n 1.x and 2.x. */
export class N8nApi {
	private constructor(
		/** For requests that this class has no method for. */
		readonly session: Session,
		private readonly isLegacy: boolean,
		/** True until an owner has been set up. */
		readonly needsOwner: boolean,
	) {}

	/** Connects to a running server. Call `setUpOwner` or `logIn` before the other methods. */
	static async connect(server: { url: string; version: string }): Promise<N8nApi> {
		const session = new Session(server.url);
		const { userManagement } = await session.get<{
			userManagement: { showSetupOnFirstLoad: boolean };
		}>('/settings');
		const isLegacy = server.version.startsWith('1.');
		return new N8nApi(session, isLegacy, userManagement.showSetupOnFirstLoad);
	}

	async setUpOwner(owner: Owner): Promise<void> {
		await this.session.post('/owner/setup', { ...owner, firstName: 'Flux', lastName: 'Demo' });
		await this.session.logIn(owner);
	}

	/** Returns false when the user does not exist or the password is wrong. */
	async logIn(owner: Owner): Promise<boolean> {
		return await this.session.logIn(owner);
	}

	async createCredential(name: string, data: FluxCredential): Promise<StoredCredential> {
		return await this.session.post('/credentials', { name, type: credentialType, data });
	}

	async updateCredential(id: string, name: string, data: FluxCredential): Promise<void> {
		await this.session.patch(`/credentials/${id}`, { name, type: credentialType, data });
	}

	/** With its data, in which n8n masks the key; undefined when there is no such credential. */
	async credential(id: string): Promise<StoredCredential | undefined> {
		return await this.session.find(`/credentials/${id}?includeData=true`);
	}

	/** Tests a stored credential with other data, as its dialog does for unsaved changes. */
	async testCredential(
		{ id, name }: StoredCredential,
		data: FluxCredential,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.session.post('/credentials/test', {
			credentials: { id, name, type: credentialType, data },
		});
	}

	/** Creates a workflow from an exported one; its Flux 2 nodes use the credential. */
	async importWorkflow(workflow: Workflow, credential: StoredCredential): Promise<StoredWorkflow> {
		return await this.session.post('/workflows', {
			...withCredential(workflow, credential),
			// n8n 1.x requires it.
			...(this.isLegacy && { active: false }),
		});
	}

	/** Undefined when there is no such workflow. */
	async workflow(id: string): Promise<StoredWorkflow | undefined> {
		return await this.session.find(`/workflows/${id}`);
	}

	/** Activates a workflow. Its production webhooks may return 404 for about another second. */
	async activate({ id, versionId }: StoredWorkflow): Promise<void> {
		if (this.isLegacy) await this.session.patch(`/workflows/${id}`, { active: true, versionId });
		else await this.session.post(`/workflows/${id}/activate`, { versionId });
	}

	/** Executes the workflow from the named trigger and returns the execution's ID. */
	async run(workflow: StoredWorkflow, trigger: string): Promise<string> {
		const { executionId } = await this.execute(workflow, trigger);
		return executionId;
	}

	/** Executes the workflow from a webhook trigger: the test URL then accepts one request. */
	async listenForTestWebhook(workflow: StoredWorkflow, trigger: string): Promise<void> {
		await this.execute(workflow, trigger);
	}

	private async execute(
		workflow: StoredWorkflow,
		trigger: string,
	): Promise<{ executionId: string }> {
		return await this.session.post(`/workflows/${workflow.id}/run`, {
			workflowData: workflow,
			triggerToStartFrom: { name: trigger },
		});
	}

	/** Retries an execution and returns the new execution's ID. */
	async retry(id: string): Promise<string> {
		const retried = await this.session.post<{ id?: string; executionId?: string }>(
			`/executions/${id}/retry`,
			{ loadWorkflow: false },
		);
		return String(retried.executionId ?? retried.id);
	}

	/** Stops a running execution. */
	async stop(id: string): Promise<void> {
		await this.session.post(`/executions/${id}/stop`, {});
	}

	async execution(id: string): Promise<Execution> {
		const stored = await this.session.get<Omit<Execution, 'data'> & { data: string }>(
			`/executions/${id}`,
		);
		// While it runs, n8n may return an empty list.
		const data = parse(stored.data) as Execution['data'] | undefined;
		return { ...stored, data: data ?? { resultData: { runData: {} } } };
	}

	/** Polls until an execution has ended or been put to wait. */
	async waitForExecution(id: string, timeoutMs = 60_000): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		let stoppedAt = 0;
		for (;;) {
			const execution = await this.execution(id);
			if (!['new', 'running'].includes(execution.status)) {
				stoppedAt ||= Date.now();
				if (isComplete(execution) || Date.now() - stoppedAt > dataDelayMs) return execution;
			}
			if (Date.now() > deadline)
				throw new Error(`Execution ${id} is still "${execution.status}" after ${timeoutMs} ms`);
			await sleep(250);
		}
	}

	/** The newest executions of a workflow, without their data. */
	async executions(workflowId: string): Promise<Array<{ id: string; status: string }>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.session.get<{ results: Array<{ id: string; status: string }> }>(
			`/executions?limit=100&filter=${filter}`,
		);
		return results;
	}
}
