import { randomUUID } from 'node:crypto';
import type { N8nApi, StoredCredential, StoredWorkflow } from '../../host/rest.mts';
import type { WorkflowNode } from '../../host/workflow.mts';
import { chain, fingerprint, flux2, flux2Trigger, itemEach, webhook } from '../e2e/sketch.mts';

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
		webhook(path, 'onReceived'),
		itemEach('body.prompts'),
		flux2({ prompt: "={{ $json['body.prompts'] }}", ...parameters }),
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
	const webhookId = randomUUID();
	const nodes = [flux2Trigger(webhookId), readImages()];
	const workflow = await store(api, credential, name, nodes);
	return { workflow, path: `${webhookId}/flux2` };
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

/** A node of n8n that opens the file of each item, as whatever a user puts behind ours does. */
const readImages = (): WorkflowNode => ({
	...fingerprint(),
	name: 'Images',
	onError: 'continueRegularOutput',
});
