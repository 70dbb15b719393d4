import { randomUUID } from 'node:crypto';
import type { N8nApi, StoredCredential, StoredWorkflow } from '../../host/rest.mts';
import { credentialType, type WorkflowNode } from '../../host/workflow.mts';
import { chain, fingerprint } from '../e2e/sketch.mts';

/** A workflow that a webhook process starts, and the path of its webhook. */
export interface Entrance {
	workflow: StoredWorkflow;
	path: string;
}

/** Stores and activates a workflow that makes one image for each prompt it is sent. */
export async function storeGenerating(
	api: N8nApi,
	credential: StoredCredential,
	name: string,
	parameters: Record<string, unknown>,
): Promise<Entrance> {
	const path = randomUUID();
	const nodes = [
		node('Prompts come in', 'n8n-nodes-base.webhook', 2, { httpMethod: 'POST', path }),
		node('One item each', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.prompts' }),
		fluxNode('Flux 2', 'flux2', { prompt: "={{ $json['body.prompts'] }}", ...parameters }),
		readImages(),
	];
	return { workflow: await store(api, credential, name, nodes), path };
}

/** Stores and activates a workflow that a Flux 2 Trigger starts. */
export async function storeTriggered(
	api: N8nApi,
	credential: StoredCredential,
	name: string,
): Promise<Entrance> {
	const trigger = fluxNode('Flux 2 Trigger', 'flux2Trigger', {});
	const nodes = [trigger, readImages()];
	const workflow = await store(api, credential, name, nodes);
	return { workflow, path: `${String(trigger.webhookId)}/flux2` };
}

async function store(
	api: N8nApi,
	credential: StoredCredential,
	name: string,
	nodes: WorkflowNode[],
): Promise<StoredWorkflow> {
	const stored = await api.importWorkflow(chain(name, ...nodes), credential);
	await api.activate(stored);
	return stored;
}

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	const position: [number, number] = [0, 0];
	return {
		id: randomUUID(),
		webhookId: randomUUID(),
		name,
		type,
		typeVersion,
		position,
		parameters,
	};
}

const fluxNode = (
	name: string,
	type: 'flux2' | 'flux2Trigger',
	parameters: Record<string, unknown>,
): WorkflowNode => ({
	...node(name, `n8n-nodes-flux2.${type}`, 1, parameters),
	// Which credential it is, is said when the workflow is stored.
	credentials: { [credentialType]: {} },
});

/** A node of n8n that opens the file of each item, as whatever a user puts behind ours does. */
const readImages = (): WorkflowNode => ({
	...fingerprint(),
	name: 'Images',
	onError: 'continueRegularOutput',
});
