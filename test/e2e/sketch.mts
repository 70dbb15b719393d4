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

/** The trigger that a test presses. */
export const pressHere = (): WorkflowNode =>
	node('Press here', 'n8n-nodes-base.manualTrigger', 1, {});

/** A webhook that answers at once, or when the last node has ended. */
export const webhook = (path: string, responseMode: 'onReceived' | 'lastNode'): WorkflowNode =>
	node(
		'Webhook',
		'n8n-nodes-base.webhook',
		2,
		{ httpMethod: 'POST', path, responseMode, responseData: 'allEntries', options: {} },
		{ webhookId: randomUUID() },
	);

/** Items with the given fields. */
export const items = (...list: object[]): WorkflowNode =>
	node('Items', 'n8n-nodes-base.code', 2, {
		jsCode: `return ${JSON.stringify(list.map((json) => ({ json })))};`,
	});

/** Items with these prompts. */
export const prompts = (...texts: string[]): WorkflowNode =>
	items(...texts.map((prompt, number) => ({ prompt, number })));

/** An item for each member of a list. */
export const itemEach = (field: string): WorkflowNode =>
	node('One item each', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: field });

const withFlux = { credentials: { [credentialType]: { name: 'set when imported' } } };

/** A Flux 2 node that makes what its items ask for. */
export const flux2 = (parameters: object = {}, more: object = {}): WorkflowNode =>
	node(
		'Flux 2',
		'n8n-nodes-flux2.flux2',
		1,
		{ prompt: '={{ $json.prompt }}', ...parameters },
		{ ...withFlux, ...more },
	);

/** A Flux 2 Trigger; its URL is `/webhook/<webhookId>/flux2`. */
export const flux2Trigger = (webhookId: string, parameters: object = {}): WorkflowNode =>
	node('Flux 2 Trigger', 'n8n-nodes-flux2.flux2Trigger', 1, parameters, { ...withFlux, webhookId });

/** Puts the file at a URL into `data`. */
export const fetchFile = (url: string): WorkflowNode =>
	node('Fetch', 'n8n-nodes-base.httpRequest', 4.2, {
		url,
		options: { response: { response: { responseFormat: 'file' } } },
	});

/** Writes the file in `data` to a folder, named after its task. */
export const saveTo = (folder: string): WorkflowNode =>
	node('Save', 'n8n-nodes-base.readWriteFile', 1, {
		operation: 'write',
		fileName: `=${folder}/{{ $json.taskId }}.png`,
		dataPropertyName: 'data',
		options: {},
	});

/** Goes on after some seconds; may be an expression. */
export const pause = (seconds: string): WorkflowNode =>
	node(
		'Pause',
		'n8n-nodes-base.wait',
		1.1,
		{ resume: 'timeInterval', amount: seconds, unit: 'seconds' },
		{ webhookId: randomUUID() },
	);

/** Opens the file in `data`, as whatever a user puts behind ours does. */
export const fingerprint = (): WorkflowNode =>
	node('Fingerprint', 'n8n-nodes-base.crypto', 1, {
		action: 'hash',
		type: 'SHA256',
		encoding: 'hex',
		binaryData: true,
		binaryPropertyName: 'data',
		dataPropertyName: 'sha256',
	});

/** A node that does nothing. */
export const nothing = (name: string): WorkflowNode => node(name, 'n8n-nodes-base.noOp', 1, {});

/** A workflow of nodes one after another. */
export function chain(name: string, ...nodes: WorkflowNode[]): Workflow {
	const connections: Record<string, { main: unknown[][] }> = {};
	for (const [index, { name: from }] of nodes.entries()) {
		const next = nodes[index + 1];
		if (next) connections[from] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	}
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}
