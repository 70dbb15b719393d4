import { randomUUID } from 'node:crypto';
import type { N8nApi, StoredCredential, StoredWorkflow } from '../../host/n8nApi.mts';
import type { WorkflowNode } from '../../host/workflow.mts';
import {
	chain,
	flux2,
	flux2Trigger,
	hashFile,
	splitOut,
	webhook,
} from '../e2e/workflowBuilder.mts';

/** A workflow with a production webhook. */
export interface WebhookWorkflow extends StoredWorkflow {
	/** The path of the webhook after `/webhook/`. */
	path: string;
}

/** Stores and activates a workflow that generates one image per prompt in the request. */
export async function addGenerateWorkflow(
	api: N8nApi,
	credential: StoredCredential,
	name: string,
	parameters: Record<string, unknown>,
): Promise<WebhookWorkflow> {
	const path = randomUUID();
	const nodes = [
		webhook(path, 'onReceived'),
		splitOut('body.prompts'),
		flux2({ prompt: "={{ $json['body.prompts'] }}", ...parameters }),
		readImages(),
	];
	return { ...(await store(api, credential, name, nodes)), path };
}

/** Stores and activates a workflow that a Flux 2 Trigger starts. */
export async function addTriggerWorkflow(
	api: N8nApi,
	credential: StoredCredential,
	name: string,
): Promise<WebhookWorkflow> {
	const webhookId = randomUUID();
	const nodes = [flux2Trigger(webhookId), readImages()];
	return { ...(await store(api, credential, name, nodes)), path: `${webhookId}/flux2` };
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

/** Reads the file of each item, as a node that a user adds after ours would. */
const readImages = (): WorkflowNode => ({
	...hashFile(),
	name: 'Images',
	onError: 'continueRegularOutput',
});
