import { createHash } from 'node:crypto';
import axios from 'axios';
import { callWebhook } from '../../host/callWebhook.mts';
import { CleanupStack } from '../../host/cleanupStack.mts';
import { installN8n, type N8nInstall } from '../../host/installN8n.mts';
import type { StoredCredential } from '../../host/n8nApi.mts';
import type { Server } from '../../host/server.mts';
import versions from '../../host/versions.json' with { type: 'json' };
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';
import type { SandboxTask } from '../../sandbox/task.mts';
import type { ImageItem } from './executions.mts';
import { type Fleet, openFleet } from './fleet.mts';
import { type Database, openDatabase } from './postgres.mts';
import { openRedis, type OwnRedis, type Redis, startOwnRedis } from './redis.mts';
import { addGenerateWorkflow, addTriggerWorkflow, type WebhookWorkflow } from './workflows.mts';

/** n8n in queue mode, a sandbox as the service, and what the tests do with them. */
export interface QueueFixture<R extends Redis = Redis> {
	n8n: N8nInstall;
	database: Database;
	redis: R;
	fleet: Fleet;
	sandbox: Sandbox;
	/** Adds a workflow that generates an image per prompt in the request. */
	addGenerateWorkflow(name: string, parameters: Record<string, unknown>): Promise<WebhookWorkflow>;
	/** Adds a workflow that a Flux 2 Trigger starts. */
	addTriggerWorkflow(name: string): Promise<WebhookWorkflow>;
	/** The URL of a workflow's webhook at one of the webhook processes, by default the first. */
	webhookUrl(workflow: WebhookWorkflow, webhook?: Server): string;
	/** Starts an execution through the webhook, as an external client would. */
	startExecution(workflow: WebhookWorkflow, prompts: string[]): Promise<void>;
	/** Counts tasks and credits from now on. */
	trackUsage(): Usage;
	/** How many of the items contain the image that the sandbox generated for their task. */
	countCorrectImages(items: readonly ImageItem[]): Promise<number>;
	close(): Promise<void>;
}

/** Tasks created and credits charged since the count began. */
export interface Usage {
	readonly creates: number;
	readonly credits: number;
	readonly tasks: SandboxTask[];
}

/** Opens a fixture with the Redis that is already running, if there is one. */
export const openFixture = (
	name: string,
	{ webhooks = 1, version = versions.n8n, sandbox = {} as SandboxOptions } = {},
): Promise<QueueFixture> => open({ name, version, webhooks, sandbox }, openRedis);

/** Opens a fixture with its own Redis server, which can be stopped. */
export const openFixtureWithOwnRedis = (name: string): Promise<QueueFixture<OwnRedis>> =>
	open({ name, version: versions.n8n, webhooks: 1, sandbox: {} }, startOwnRedis);

interface FixtureOptions {
	name: string;
	version: string;
	webhooks: number;
	sandbox: SandboxOptions;
}

async function open<R extends Redis>(
	{ name, version, webhooks, sandbox: sandboxOptions }: FixtureOptions,
	startRedis: (n8n: N8nInstall, cleanup: CleanupStack) => Promise<R>,
): Promise<QueueFixture<R>> {
	const cleanup = new CleanupStack();
	try {
		const n8n = await installN8n(version);
		const database = await openDatabase(n8n, cleanup);
		const redis = await startRedis(n8n, cleanup);
		const sandbox = await startSandbox({ images: 'plain', ...sandboxOptions });
		cleanup.defer(() => sandbox.stop());
		const fleet = await openFleet({ n8n, database, redis, webhooks, name }, cleanup);
		const credential = await fleet.api.createCredential('API in One (sandbox)', {
			apiKey: sandbox.apiKey,
			baseUrl: sandbox.url,
		});
		return {
			...workflowFunctions(fleet, credential),
			...{ n8n, database, redis, fleet, sandbox },
			trackUsage: () => trackUsage(sandbox),
			countCorrectImages: (items) => countCorrectImages(sandbox, items),
			close: () => cleanup.run(),
		};
	} catch (error) {
		await cleanup.run();
		throw error;
	}
}

function workflowFunctions(fleet: Fleet, credential: StoredCredential) {
	const webhookUrl = ({ path }: WebhookWorkflow, webhook = fleet.webhooks[0]) =>
		`${webhook?.url}/webhook/${path}`;
	return {
		webhookUrl,
		addGenerateWorkflow: (name: string, parameters: Record<string, unknown>) =>
			addGenerateWorkflow(fleet.api, credential, name, parameters),
		addTriggerWorkflow: (name: string) => addTriggerWorkflow(fleet.api, credential, name),
		startExecution: async (workflow: WebhookWorkflow, prompts: string[]) => {
			const { status } = (await callWebhook(webhookUrl(workflow), { body: { prompts } })).response;
			if (status !== 200)
				throw new Error(`The webhook of "${workflow.name}" responded with ${status}`);
		},
	};
}

function trackUsage({ billing, tasks }: Sandbox): Usage {
	const { creates, creditsCharged } = billing;
	const before = new Set(tasks.keys());
	return {
		get creates() {
			return billing.creates - creates;
		},
		get credits() {
			return billing.creditsCharged - creditsCharged;
		},
		get tasks() {
			return [...tasks.values()].filter(({ id }) => !before.has(id));
		},
	};
}

async function countCorrectImages(
	{ tasks }: Sandbox,
	items: readonly ImageItem[],
): Promise<number> {
	let images = 0;
	for (const { taskId, sha256 } of items) {
		const url = tasks.get(taskId)?.imageUrls[0];
		if (url === undefined || sha256 === undefined) continue;
		const { data } = await axios.get<Buffer>(url, { responseType: 'arraybuffer', proxy: false });
		if (createHash('sha256').update(data).digest('hex') === sha256) images += 1;
	}
	return images;
}
