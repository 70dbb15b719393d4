import axios from 'axios';
import { DataTables, withDataTable } from '../../host/dataTables.mts';
import type { StoredWorkflow } from '../../host/n8nApi.mts';
import { readExample, type Workflow } from '../../host/workflow.mts';
import type { Example } from '../exampleIndex.mts';
import type { Account } from './account.mts';
import type { ChatModel } from './chatModel.mts';
import type { N8nInstance } from './n8nInstance.mts';

export interface StartedExample {
	account: Account;
	workflow: StoredWorkflow;
	/** Of the webhook that started it. */
	response?: { status: number; type: string };
}

/** Does with an example what its note says: imports it, publishes it if it has to be, and starts it. */
export async function startExample(
	n8n: N8nInstance,
	example: Example,
	model: ChatModel,
): Promise<StartedExample> {
	const { file, start, form } = example;
	const account = await n8n.openAccount(file);
	const workflow = await prepare(n8n, example, model);
	const stored = await n8n.api.importWorkflow(workflow, account.credential);
	if (start !== 'Execute workflow' || example.dataTable !== undefined)
		await n8n.api.activate(stored);
	if (start !== 'Execute workflow') {
		const { status, headers } = await n8n.callWebhook(start.path, start);
		return {
			account,
			workflow: stored,
			response: { status, type: String(headers['content-type']) },
		};
	}
	const trigger = stored.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const id = await n8n.api.run(stored, trigger?.name ?? '');
	if (form !== undefined) await submitForm(n8n, id, Object.values(form));
	return { account, workflow: stored };
}

async function prepare(
	n8n: N8nInstance,
	{ file, requires, dataTable }: Example,
	model: ChatModel,
): Promise<Workflow> {
	const workflow = await readExample(file);
	if (requires !== undefined) return await model.useIn(n8n, workflow);
	if (dataTable === undefined || !n8n.installation.version.startsWith('1.')) return workflow;
	const tables = await DataTables.open(n8n.api);
	return withDataTable(workflow, await tables.create(dataTable.name, dataTable.columns));
}

/** Submits the form that an execution is waiting for, as the page of the form does. */
async function submitForm(n8n: N8nInstance, id: string, values: string[]): Promise<void> {
	const execution = await n8n.api.waitForExecution(id);
	if (execution.status !== 'waiting')
		throw new Error(`Execution ${id} is "${execution.status}", not waiting for a form`);
	const url = new URL(`${n8n.server.url}/form-waiting/${id}`);
	// n8n 2 signs the address; n8n 1 does not.
	const { resumeToken } = execution.data;
	if (resumeToken !== undefined) url.searchParams.set('signature', resumeToken);
	const fields = Object.fromEntries(values.map((value, index) => [`field-${index}`, value]));
	await axios.postForm(url.href, fields, { proxy: false });
}
