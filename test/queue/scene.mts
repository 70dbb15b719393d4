import { createHash } from 'node:crypto';
import axios from 'axios';
import { callWebhook } from '../../host/callWebhook.mts';
import { installN8n, type N8nInstall } from '../../host/install.mts';
import { Lifetime } from '../../host/lifetime.mts';
import type { StoredCredential } from '../../host/rest.mts';
import type { Server } from '../../host/server.mts';
import versions from '../../host/versions.json' with { type: 'json' };
import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import type { SandboxTask } from '../../sandbox/task.mts';
import { type Fleet, openFleet } from './fleet.mts';
import type { Item } from './outcome.mts';
import { type Database, openDatabase } from './postgres.mts';
import { openRedis, type OwnRedis, type Redis, startOwnRedis } from './redis.mts';
import { type Entrance, storeGenerating, storeTriggered } from './workflows.mts';

/** A fleet, the service behind it, and what was bought since a moment ago. */
export interface Scene<R extends Redis = Redis> {
	n8n: N8nInstall;
	database: Database;
	redis: R;
	fleet: Fleet;
	sandbox: Sandbox;
	/** A workflow that makes an image for each prompt it is sent. */
	generating(name: string, parameters: Record<string, unknown>): Promise<Entrance>;
	/** A workflow that a Flux 2 Trigger starts. */
	triggered(name: string): Promise<Entrance>;
	/** Where the webhook of an entrance is at one of the webhook processes. */
	urlOf(entrance: Entrance, webhook?: Server): string;
	/** Begins an execution, as another program would. */
	send(entrance: Entrance, prompts: string[]): Promise<void>;
	/** Begins a count of what is bought. */
	account(): Account;
	/** How many of the items hold the very image that the service made for their task. */
	imagesIn(items: readonly Item[]): Promise<number>;
	close(): Promise<void>;
}

/** What was bought since the count began. */
export interface Account {
	readonly creates: number;
	readonly credits: number;
	readonly tasks: SandboxTask[];
}

/** Opens a scene on the Redis of this machine. */
export const openScene = (
	name: string,
	{ webhooks = 1, version = versions.n8n } = {},
): Promise<Scene> => open(name, version, webhooks, openRedis);

/** Opens a scene on a Redis of its own, which may be stopped. */
export const openSceneOnOwnRedis = (name: string): Promise<Scene<OwnRedis>> =>
	open(name, versions.n8n, 1, startOwnRedis);

async function open<R extends Redis>(
	name: string,
	version: string,
	webhooks: number,
	findRedis: (n8n: N8nInstall, lifetime: Lifetime) => Promise<R>,
): Promise<Scene<R>> {
	const lifetime = new Lifetime();
	try {
		const n8n = await installN8n(version);
		const database = await openDatabase(n8n, lifetime);
		const redis = await findRedis(n8n, lifetime);
		const sandbox = await startSandbox({ pictures: 'plain' });
		lifetime.atEnd(() => sandbox.stop());
		const fleet = await openFleet({ n8n, database, redis, webhooks, name }, lifetime);
		const credential = await fleet.api.createCredential('API in One (sandbox)', {
			apiKey: sandbox.apiKey,
			baseUrl: sandbox.url,
		});
		return {
			...entrances(fleet, credential),
			...{ n8n, database, redis, fleet, sandbox },
			account: () => countFrom(sandbox),
			imagesIn: (items) => imagesIn(sandbox, items),
			close: () => lifetime.end(),
		};
	} catch (error) {
		await lifetime.end();
		throw error;
	}
}

function entrances(fleet: Fleet, credential: StoredCredential) {
	const urlOf = ({ path }: Entrance, webhook = fleet.webhooks[0]) =>
		`${webhook?.url}/webhook/${path}`;
	return {
		urlOf,
		generating: (name: string, parameters: Record<string, unknown>) =>
			storeGenerating(fleet.api, credential, name, parameters),
		triggered: (name: string) => storeTriggered(fleet.api, credential, name),
		send: async (entrance: Entrance, prompts: string[]) => {
			const { status } = (await callWebhook(urlOf(entrance), { body: { prompts } })).response;
			if (status !== 200)
				throw new Error(`The webhook of "${entrance.workflow.name}" answered ${status}`);
		},
	};
}

function countFrom({ books, tasks }: Sandbox): Account {
	const { creates, creditsCharged } = books;
	const before = new Set(tasks.keys());
	return {
		get creates() {
			return books.creates - creates;
		},
		get credits() {
			return books.creditsCharged - creditsCharged;
		},
		get tasks() {
			return [...tasks.values()].filter(({ id }) => !before.has(id));
		},
	};
}

async function imagesIn({ tasks }: Sandbox, items: readonly Item[]): Promise<number> {
	let images = 0;
	for (const { taskId, sha256 } of items) {
		const url = tasks.get(taskId)?.imageUrls[0];
		if (url === undefined || sha256 === undefined) continue;
		const { data } = await axios.get<Buffer>(url, { responseType: 'arraybuffer', proxy: false });
		if (createHash('sha256').update(data).digest('hex') === sha256) images += 1;
	}
	return images;
}
