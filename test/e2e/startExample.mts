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
	/** The example, and the workflow that belongs to it. */
	workflows: StoredWorkflow[];
	/** Of the webhook that started it. */
	response?: { status: number; type: string };
}

/** Does with an example what its note says: imports it, publishes what has to be, and starts it. */
export async function startExample(
	n8n: N8nInstance,
	example: Example,
	model: ChatModel,
): Promise<StartedExample> {
	const { file, start, form, publishFirst } = example;
	const account = await n8n.openAccount(file);
	const change = await changesFor(n8n, example, model);
	const importFile = async (name: string) =>
		await n8n.api.importWorkflow(await change(await readExample(name)), account.credential);
	const workflows = [await importFile(file)];
	if (publishFirst !== undefined) {
		const other = await importFile(publishFirst);
		await n8n.api.activate(other);
		workflows.push(other);
	}
	const [workflow] = workflows as [StoredWorkflow];
	if (start !== 'Execute workflow') {
		await n8n.api.activate(workflow);
		const { status, headers } = await n8n.callWebhook(start.path, start);
		return { account, workflows, response: { status, type: String(headers['content-type']) } };
	}
	const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const id = await n8n.api.run(workflow, trigger?.name ?? '');
	if (form !== undefined) await submitForm(n8n, id, Object.values(form));
	return { account, workflows };
}

/** What a user has to change before a workflow can be used in this n8n. */
async function changesFor(
	n8n: N8nInstance,
	{ requires, dataTable }: Example,
	model: ChatModel,
): Promise<(workflow: Workflow) => Workflow | Promise<Workflow>> {
	if (requires !== undefined) return async (workflow) => await model.useIn(n8n, workflow);
	if (dataTable === undefined || !n8n.installation.version.startsWith('1.'))
		return (workflow) => workflow;
	const tables = await DataTables.open(n8n.api);
	const id = await tables.create(dataTable.name, dataTable.columns);
	return (workflow) => withDataTable(workflow, id);
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
