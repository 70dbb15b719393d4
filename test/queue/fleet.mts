import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import type { CleanupStack } from '../../host/cleanupStack.mts';
import { installPackage } from '../../host/communityPackage.mts';
import type { N8nInstall } from '../../host/installN8n.mts';
import { N8nApi } from '../../host/n8nApi.mts';
import { packPackage } from '../../host/pack.mts';
import { cacheFolder } from '../../host/paths.mts';
import { type Role, type Server, startServer } from '../../host/server.mts';
import type { Owner } from '../../host/session.mts';
import type { Database } from './postgres.mts';
import type { Redis } from './redis.mts';

const owner: Owner = { email: 'fleet@example.com', password: 'Flux2-in-a-fleet' };

/** n8n in queue mode: a main process, two workers and webhook processes. */
export interface Fleet {
	api: N8nApi;
	main: Server;
	workers: Worker[];
	webhooks: Server[];
}

/** A worker process that can be killed and restarted. */
export interface Worker {
	server: Server;
	/** The IDs of the executions that the worker has started since its last start. */
	startedExecutions(): Promise<string[]>;
	kill(): Promise<void>;
	start(): Promise<void>;
}

export interface FleetOptions {
	n8n: N8nInstall;
	database: Database;
	redis: Redis;
	webhooks: number;
	/** Part of the log files' names. */
	name: string;
}

/** Starts all processes. `cleanup` stops them, also when only some of them have started. */
export async function openFleet(options: FleetOptions, cleanup: CleanupStack): Promise<Fleet> {
	const { n8n, name } = options;
	const folder = await mkdtemp(join(tmpdir(), 'flux2-fleet-'));
	cleanup.defer(() => rm(folder, { recursive: true, force: true }));
	// A copy, because a build during the tests replaces the packed file.
	const tarball = join(folder, 'package.tgz');
	await cp(await packPackage(), tarball);
	const webhookPorts = await Promise.all(Array.from({ length: options.webhooks }, () => getPort()));
	const env = environmentVariables(options, `http://127.0.0.1:${webhookPorts[0]}/`);

	const start = async (role: Role, number: number, port?: number): Promise<Server> => {
		const userFolder = join(folder, `${role}-${number}`);
		await mkdir(userFolder, { recursive: true });
		await installPackage(tarball, userFolder, n8n);
		const server = await startServer({
			n8n,
			role,
			userFolder,
			port: port ?? (await getPort()),
			env,
			logFile: join(cacheFolder, 'logs', `queue-${name}-${role}-${number}.log`),
		});
		cleanup.defer(() => server.stop());
		return server;
	};
	const startWorker = async (number: number): Promise<Worker> => {
		const worker: Worker = {
			server: await start('worker', number),
			startedExecutions: () => startedExecutionsIn(worker.server.logFile),
			kill: () => worker.server.kill(),
			start: async () => {
				worker.server = await start('worker', number);
			},
		};
		return worker;
	};

	// The first process creates the tables, so the others must start later.
	const main = await start('start', 1);
	const [workers, webhooks] = await Promise.all([
		Promise.all([startWorker(1), startWorker(2)]),
		Promise.all(webhookPorts.map((port, index) => start('webhook', index + 1, port))),
	]);
	const api = await N8nApi.connect(main);
	await api.setUpOwner(owner);
	return { api, main, workers, webhooks };
}

/** The worker that has started most of these executions, and the IDs of those executions. */
export async function busiestWorker(
	{ workers }: Fleet,
	ids: readonly string[],
): Promise<{ worker: Worker; other: Worker; executionIds: string[] }> {
	const [first, second] = workers as [Worker, Worker];
	const [ofFirst = [], ofSecond = []] = await Promise.all(
		[first, second].map(async (worker) =>
			(await worker.startedExecutions()).filter((id) => ids.includes(id)),
		),
	);
	return ofFirst.length >= ofSecond.length
		? { worker: first, other: second, executionIds: ofFirst }
		: { worker: second, other: first, executionIds: ofSecond };
}

function environmentVariables(
	{ database, redis }: FleetOptions,
	webhookUrl: string,
): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(database.port),
		DB_POSTGRESDB_USER: database.user,
		DB_POSTGRESDB_DATABASE: database.name,
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		QUEUE_BULL_PREFIX: `${redis.prefix}-bull`,
		N8N_REDIS_KEY_PREFIX: `${redis.prefix}-n8n`,
		// n8n detects a dead worker when its lock expires: after a minute by default, here within 20 s.
		QUEUE_WORKER_LOCK_DURATION: '15000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '4000',
		QUEUE_WORKER_STALLED_INTERVAL: '5000',
		N8N_ENCRYPTION_KEY: encryptionKey,
		// The first name is for n8n 2, the second for n8n 1.
		N8N_WEBHOOK_URL: webhookUrl,
		WEBHOOK_URL: webhookUrl,
	};
}

const encryptionKey = randomBytes(16).toString('hex');

async function startedExecutionsIn(logFile: string): Promise<string[]> {
	const log = await readFile(logFile, 'utf8');
	return [...log.matchAll(/Worker started execution (\d+)/g)].map(([, id = '']) => id);
}
