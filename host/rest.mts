import { setTimeout as sleep } from 'node:timers/promises';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { parse } from 'flatted';

/** The parts of a workflow that a client has to know; everything else is passed on as it is. */
export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	[key: string]: unknown;
}

export interface WorkflowNode {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id?: string; name?: string }>;
	[key: string]: unknown;
}

export interface StoredWorkflow extends Workflow {
	id: string;
	versionId: string;
	active: boolean;
	isArchived?: boolean;
}

export interface Owner {
	email: string;
	password: string;
}

/** The data of a credential that the Flux 2 nodes use. */
export interface FluxCredential {
	apiKey: string;
	baseUrl: string;
}

export interface StoredCredential {
	id: string;
	name: string;
	type: string;
	data?: Partial<FluxCredential>;
}

export interface Execution {
	id: string;
	status: string;
	finished: boolean;
	data: { resultData: { runData: Record<string, NodeRun[]>; error?: { message: string } } };
}

export interface NodeRun {
	executionStatus?: string;
	error?: { message: string; description?: string };
	data?: { main: Array<Array<{ json: Record<string, unknown>; binary?: object }> | null> };
}

/** The type name of the credential. */
export const credentialType = 'apiInOneApi';

/** n8n's own REST API, as its editor uses it, with the differences of the two lines inside. */
export class N8nApi {
	private readonly http: AxiosInstance;
	private readonly isLegacy: boolean;

	private constructor(
		server: { url: string; version: string },
		/** True until somebody has set up the owner of this n8n. */
		readonly needsOwner: boolean,
	) {
		this.http = axios.create({
			baseURL: `${server.url}/rest`,
			proxy: false,
			// The log-in is bound to the browser that asked for it.
			headers: { 'browser-id': 'n8n-nodes-flux2' },
			timeout: 60_000,
		});
		this.isLegacy = server.version.startsWith('1.');
	}

	/** Connects to a server that is up. The other calls need `setUpOwner` or `logIn` first. */
	static async connect(server: { url: string; version: string }): Promise<N8nApi> {
		const { data } = await axios.get<{ data: PublicSettings }>(`${server.url}/rest/settings`, {
			proxy: false,
		});
		return new N8nApi(server, data.data.userManagement.showSetupOnFirstLoad);
	}

	async setUpOwner(owner: Owner): Promise<void> {
		await this.call({
			method: 'post',
			url: '/owner/setup',
			data: { ...owner, firstName: 'Flux', lastName: 'Demo' },
		});
		await this.logIn(owner);
	}

	/** False when n8n knows no such user or another password. */
	async logIn({ email, password }: Owner): Promise<boolean> {
		const response = await this.http.post(
			'/login',
			{ emailOrLdapLoginId: email, password },
			{ validateStatus: (status) => status < 300 || status === 401 },
		);
		if (response.status === 401) return false;
		const cookies = response.headers['set-cookie'] ?? [];
		this.http.defaults.headers.common.Cookie = cookies
			.map((cookie) => cookie.split(';', 1)[0])
			.join('; ');
		return true;
	}

	async createCredential(name: string, data: FluxCredential): Promise<StoredCredential> {
		return await this.call({
			method: 'post',
			url: '/credentials',
			data: { name, type: credentialType, data },
		});
	}

	async updateCredential(id: string, name: string, data: FluxCredential): Promise<void> {
		await this.call({
			method: 'patch',
			url: `/credentials/${id}`,
			data: { name, type: credentialType, data },
		});
	}

	/** With the data, in which n8n blanks the key; undefined when there is no such credential. */
	async credential(id: string): Promise<StoredCredential | undefined> {
		return await this.find(`/credentials/${id}?includeData=true`);
	}

	/** Presses the "test" of the dialog of a stored credential, with what stands in its fields. */
	async testCredential(
		{ id, name }: StoredCredential,
		data: FluxCredential,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.call({
			method: 'post',
			url: '/credentials/test',
			data: { credentials: { id, name, type: credentialType, data } },
		});
	}

	/** Stores an exported workflow; its Flux 2 nodes get the credential of this n8n. */
	async importWorkflow(workflow: Workflow, credential: StoredCredential): Promise<StoredWorkflow> {
		const nodes = workflow.nodes.map((node) =>
			node.credentials?.[credentialType] === undefined
				? node
				: {
						...node,
						credentials: {
							...node.credentials,
							[credentialType]: { id: credential.id, name: credential.name },
						},
					},
		);
		return await this.call({
			method: 'post',
			url: '/workflows',
			// n8n 1.x insists on `active`.
			data: { ...workflow, nodes, ...(this.isLegacy && { active: false }) },
		});
	}

	/** Undefined when there is no such workflow. */
	async workflow(id: string): Promise<StoredWorkflow | undefined> {
		return await this.find(`/workflows/${id}`);
	}

	/** Opens the workflow's production webhooks. They may answer 404 for about a second more. */
	async activate({ id, versionId }: StoredWorkflow): Promise<void> {
		await this.call(
			this.isLegacy
				? { method: 'patch', url: `/workflows/${id}`, data: { active: true, versionId } }
				: { method: 'post', url: `/workflows/${id}/activate`, data: { versionId } },
		);
	}

	/** Presses "Execute workflow" for the named trigger and returns the execution's id. */
	async run(workflow: StoredWorkflow, trigger: string): Promise<string> {
		const { executionId } = await this.call<{ executionId: string }>({
			method: 'post',
			url: `/workflows/${workflow.id}/run`,
			data: { workflowData: workflow, triggerToStartFrom: { name: trigger } },
		});
		return executionId;
	}

	async execution(id: string): Promise<Execution> {
		const stored = await this.call<Omit<Execution, 'data'> & { data: string }>({
			url: `/executions/${id}`,
		});
		// While it runs there may be nothing but an empty list.
		const data = parse(stored.data) as Execution['data'] | undefined;
		return { ...stored, data: data ?? { resultData: { runData: {} } } };
	}

	/** Waits until an execution runs no more; it may have ended, or wait for something (parked). */
	async executionAtRest(id: string, withinMs = 60_000): Promise<Execution> {
		const deadline = Date.now() + withinMs;
		for (;;) {
			const execution = await this.execution(id);
			if (!['new', 'running'].includes(execution.status)) return execution;
			if (Date.now() > deadline)
				throw new Error(`Execution ${id} is still "${execution.status}" after ${withinMs} ms`);
			await sleep(250);
		}
	}

	/** The newest executions of a workflow, without their data. */
	async executions(workflowId: string): Promise<Array<{ id: string; status: string }>> {
		const { results } = await this.call<{ results: Array<{ id: string; status: string }> }>({
			url: '/executions',
			params: { filter: JSON.stringify({ workflowId }), limit: 100 },
		});
		return results;
	}

	/** Any other call of the API; the answer without its envelope. */
	async call<T>(request: AxiosRequestConfig): Promise<T> {
		try {
			const { data } = await this.http.request<{ data: T }>(request);
			return data.data;
		} catch (error) {
			if (!axios.isAxiosError(error) || error.response === undefined) throw error;
			// An axios error carries the whole request; n8n's own words are what a reader needs.
			const { status, data } = error.response;
			throw new N8nRefusal(
				`${request.method ?? 'get'} ${request.url}: ${status} ${JSON.stringify(data).slice(0, 1000)}`,
				status,
			);
		}
	}

	private async find<T>(url: string): Promise<T | undefined> {
		try {
			return await this.call<T>({ url });
		} catch (error) {
			if (error instanceof N8nRefusal && error.status === 404) return undefined;
			throw error;
		}
	}
}

interface PublicSettings {
	userManagement: { showSetupOnFirstLoad: boolean };
}

export class N8nRefusal extends Error {
	override name = 'N8nRefusal';

	constructor(
		message: string,
		readonly status: number,
	) {
		super(message);
	}
}
