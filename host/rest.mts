import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
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

export interface Execution {
	id: string;
	status: string;
	data: {
		resultData: { runData: Record<string, NodeRun[]>; error?: { message: string } };
		/** What is still to run. */
		executionData?: { nodeExecutionStack: unknown[] };
	};
}

/** One run of one node in an execution. */
export interface NodeRun {
	executionStatus?: string;
	error?: { message: string; description?: string };
	data?: { main: Array<Array<{ json: Record<string, unknown>; binary?: object }> | null> };
}

const dataLagMs = 3_000;

/**
 * Whether the data belongs to the status: n8n 1.x may store it a moment later, and until then there is
 * none, or that of an execution which has woken meanwhile.
 */
function isWhole({ status, data }: Execution): boolean {
	if (Object.keys(data.resultData.runData).length === 0) return false;
	return status !== 'success' || data.executionData?.nodeExecutionStack.length === 0;
}

/** n8n's own REST API, as its editor uses it, with the differences of the two lines inside. */
export class N8nApi {
	private constructor(
		/** For what this class has no word for. */
		readonly session: Session,
		private readonly isLegacy: boolean,
		/** True until somebody has set up the owner of this n8n. */
		readonly needsOwner: boolean,
	) {}

	/** Connects to a server that is up. The other calls need `setUpOwner` or `logIn` first. */
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

	/** False when n8n knows no such user or another password. */
	async logIn(owner: Owner): Promise<boolean> {
		return await this.session.logIn(owner);
	}

	async createCredential(name: string, data: FluxCredential): Promise<StoredCredential> {
		return await this.session.post('/credentials', { name, type: credentialType, data });
	}

	async updateCredential(id: string, name: string, data: FluxCredential): Promise<void> {
		await this.session.patch(`/credentials/${id}`, { name, type: credentialType, data });
	}

	/** With the data, in which n8n blanks the key; undefined when there is no such credential. */
	async credential(id: string): Promise<StoredCredential | undefined> {
		return await this.session.find(`/credentials/${id}?includeData=true`);
	}

	/** Presses the "test" of the dialog of a stored credential, with what stands in its fields. */
	async testCredential(
		{ id, name }: StoredCredential,
		data: FluxCredential,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.session.post('/credentials/test', {
			credentials: { id, name, type: credentialType, data },
		});
	}

	/** Stores an exported workflow; its Flux 2 nodes get the credential of this n8n. */
	async importWorkflow(workflow: Workflow, credential: StoredCredential): Promise<StoredWorkflow> {
		return await this.session.post('/workflows', {
			...withCredential(workflow, credential),
			// n8n 1.x insists on it.
			...(this.isLegacy && { active: false }),
		});
	}

	/** Undefined when there is no such workflow. */
	async workflow(id: string): Promise<StoredWorkflow | undefined> {
		return await this.session.find(`/workflows/${id}`);
	}

	/** Opens the workflow's production webhooks. They may answer 404 for about a second more. */
	async activate({ id, versionId }: StoredWorkflow): Promise<void> {
		if (this.isLegacy) await this.session.patch(`/workflows/${id}`, { active: true, versionId });
		else await this.session.post(`/workflows/${id}/activate`, { versionId });
	}

	/** Presses "Execute workflow" for the named trigger and returns the execution's id. */
	async run(workflow: StoredWorkflow, trigger: string): Promise<string> {
		const { executionId } = await this.press(workflow, trigger);
		return executionId;
	}

	/** Presses "Execute workflow" for a trigger with a webhook: its test URL takes one call. */
	async listen(workflow: StoredWorkflow, trigger: string): Promise<void> {
		await this.press(workflow, trigger);
	}

	private async press(workflow: StoredWorkflow, trigger: string): Promise<{ executionId: string }> {
		return await this.session.post(`/workflows/${workflow.id}/run`, {
			workflowData: workflow,
			triggerToStartFrom: { name: trigger },
		});
	}

	/** Presses "Retry" in the list of executions and returns the new execution's id. */
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
		// While it runs there may be nothing but an empty list.
		const data = parse(stored.data) as Execution['data'] | undefined;
		return { ...stored, data: data ?? { resultData: { runData: {} } } };
	}

	/** Waits until an execution runs no more; it may have ended, or wait for something (parked). */
	async executionAtRest(id: string, withinMs = 60_000): Promise<Execution> {
		const deadline = Date.now() + withinMs;
		let restsSince = 0;
		for (;;) {
			const execution = await this.execution(id);
			if (!['new', 'running'].includes(execution.status)) {
				restsSince ||= Date.now();
				if (isWhole(execution) || Date.now() - restsSince > dataLagMs) return execution;
			}
			if (Date.now() > deadline)
				throw new Error(`Execution ${id} is still "${execution.status}" after ${withinMs} ms`);
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
