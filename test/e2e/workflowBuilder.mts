import { randomUUID } from 'node:crypto';
import { credentialType, type Workflow, type WorkflowNode } from '../../host/workflow.mts';

const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: object,
	more: object = {},
): WorkflowNode => ({
	id: randomUUID(),
	name,
	type,
	typeVersion,
	position: [0, 0],
	parameters: { ...parameters },
	...more,
});

export const manualTriggerName = 'Manual Trigger';

/** Starts the workflow when a test executes it manually. */
export const manualTrigger = (): WorkflowNode =>
	node(manualTriggerName, 'n8n-nodes-base.manualTrigger', 1, {});

/** A webhook that responds immediately, or when the last node has finished. */
export const webhook = (path: string, responseMode: 'onReceived' | 'lastNode'): WorkflowNode =>
	node(
		'Webhook',
		'n8n-nodes-base.webhook',
		2,
		{ httpMethod: 'POST', path, responseMode, responseData: 'allEntries', options: {} },
		{ webhookId: randomUUID() },
	);

/** Outputs items with the given fields. */
export const items = (...list: object[]): WorkflowNode =>
	node('Items', 'n8n-nodes-base.code', 2, {
		jsCode: `return ${JSON.stringify(list.map((json) => ({ json })))};`,
	});

/** Outputs one item per prompt, with the fields `prompt` and `number`. */
export const promptItems = (...prompts: string[]): WorkflowNode =>
	items(...prompts.map((prompt, number) => ({ prompt, number })));

/** Outputs one item per element of a list in the input item. */
export const splitOut = (field: string): WorkflowNode =>
	node('Split Out', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: field });

const withCredential = { credentials: { [credentialType]: { name: 'set when imported' } } };

/** A Flux 2 node that generates the `prompt` of each item. */
export const flux2 = (parameters: object = {}, more: object = {}): WorkflowNode =>
	node(
		'Flux 2',
		'n8n-nodes-flux2.flux2',
		1,
		{ prompt: '={{ $json.prompt }}', ...parameters },
		{ ...withCredential, ...more },
	);

/** A Flux 2 Trigger; its URL is `/webhook/<webhookId>/flux2`. */
export const flux2Trigger = (webhookId: string, parameters: object = {}): WorkflowNode =>
	node('Flux 2 Trigger', 'n8n-nodes-flux2.flux2Trigger', 1, parameters, {
		...withCredential,
		webhookId,
	});

/** Downloads the file at a URL into the binary field `data`. */
export const fetchFile = (url: string): WorkflowNode =>
	node('Download', 'n8n-nodes-base.httpRequest', 4.2, {
		url,
		options: { response: { response: { responseFormat: 'file' } } },
	});

/** Writes the file in `data` to a folder, with the task ID as its name. */
export const saveFile = (folder: string): WorkflowNode =>
	node('Save', 'n8n-nodes-base.readWriteFile', 1, {
		operation: 'write',
		fileName: `=${folder}/{{ $json.taskId }}.png`,
		dataPropertyName: 'data',
		options: {},
	});

/** Removes the file of one item, counted from 0. */
export const dropFile = (index: number): WorkflowNode =>
	node('Drop File', 'n8n-nodes-base.code', 2, {
		jsCode: `return $input.all().map((item, index) => ({ json: { index }, ...(index !== ${index} && { binary: item.binary }) }));`,
	});

/** Starts a sub-workflow with the items of its parent. */
export const subWorkflowTrigger = (): WorkflowNode =>
	node('Sub-workflow Trigger', 'n8n-nodes-base.executeWorkflowTrigger', 1.1, {
		inputSource: 'passthrough',
	});

/** Executes a stored workflow with all items, and outputs its result. */
export const executeWorkflow = (workflowId: string): WorkflowNode =>
	node('Execute Workflow', 'n8n-nodes-base.executeWorkflow', 1.2, {
		workflowId: { __rl: true, mode: 'id', value: workflowId },
		workflowInputs: { mappingMode: 'defineBelow', value: {} },
		mode: 'once',
		options: {},
	});

/** Pauses the workflow for some seconds, given as a number or an expression. */
export const wait = (seconds: string): WorkflowNode =>
	node(
		'Wait',
		'n8n-nodes-base.wait',
		1.1,
		{ resume: 'timeInterval', amount: seconds, unit: 'seconds' },
		{ webhookId: randomUUID() },
	);

/** Reads the file in `data`, as a node that a user adds after ours would. */
export const hashFile = (): WorkflowNode =>
	node('Hash', 'n8n-nodes-base.crypto', 1, {
		action: 'hash',
		type: 'SHA256',
		encoding: 'hex',
		binaryData: true,
		binaryPropertyName: 'data',
		dataPropertyName: 'sha256',
	});

/** Passes its items on unchanged. */
export const noOp = (name: string): WorkflowNode => node(name, 'n8n-nodes-base.noOp', 1, {});

/** A workflow in which each node is connected to the next. */
export function chain(name: string, ...nodes: WorkflowNode[]): Workflow {
	const connections: Record<string, { main: unknown[][] }> = {};
	for (const [index, { name: from }] of nodes.entries()) {
		const next = nodes[index + 1];
		if (next) connections[from] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	}
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}
