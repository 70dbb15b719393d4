import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { installPackage } from '../../host/communityPackage.mts';
import type { N8nInstall } from '../../host/install.mts';
import type { Lifetime } from '../../host/lifetime.mts';
import { packPackage } from '../../host/pack.mts';
import { cacheFolder } from '../../host/places.mts';
import { N8nApi } from '../../host/rest.mts';
import { type Role, type Server, startServer } from '../../host/server.mts';
import type { Owner } from '../../host/session.mts';
import type { Database } from './postgres.mts';
import type { Redis } from './redis.mts';

const owner: Owner = { email: 'fleet@example.com', password: 'Flux2-in-a-fleet' };

/** n8n as one runs it with many workflows: a main process, two workers, webhook processes. */
export interface Fleet {
	api: N8nApi;
	main: Server;
	workers: Worker[];
	webhooks: Server[];
}

/** A worker, which may be killed and started again. */
export interface Worker {
	server: Server;
	/** The executions it has begun with, since it was started. */
	begun(): Promise<string[]>;
	kill(): Promise<void>;
	start(): Promise<void>;
}

export interface FleetOptions {
	n8n: N8nInstall;
	database: Database;
	redis: Redis;
	webhooks: number;
	/** Names the log files. */
	name: string;
}

/** Starts a fleet; it ends with the lifetime, also when it fails half-way. */
export async function openFleet(options: FleetOptions, lifetime: Lifetime): Promise<Fleet> {
	const { n8n, name } = options;
	const folder = await mkdtemp(join(tmpdir(), 'flux2-fleet-'));
	lifetime.atEnd(() => rm(folder, { recursive: true, force: true }));
	// A copy: who changes the sources meanwhile packs anew, in the same place.
	const tarball = join(folder, 'package.tgz');
	await cp(await packPackage(), tarball);
	const webhookPorts = await Promise.all(Array.from({ length: options.webhooks }, () => getPort()));
	const env = environment(options, `http://127.0.0.1:${webhookPorts[0]}/`);

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
		lifetime.atEnd(() => server.stop());
		return server;
	};
	const startWorker = async (number: number): Promise<Worker> => {
		const worker: Worker = {
			server: await start('worker', number),
			begun: () => begunExecutions(worker.server.logFile),
			kill: () => worker.server.kill(),
			start: async () => {
				worker.server = await start('worker', number);
			},
		};
		return worker;
	};

	// The first process makes the tables; the others only find them.
	const main = await start('start', 1);
	const [workers, webhooks] = await Promise.all([
		Promise.all([startWorker(1), startWorker(2)]),
		Promise.all(webhookPorts.map((port, index) => start('webhook', index + 1, port))),
	]);
	const api = await N8nApi.connect(main);
	await api.setUpOwner(owner);
	return { api, main, workers, webhooks };
}

function environment(
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
		// n8n notices a dead worker by its lock: after a minute as it comes, here within 20 seconds.
		QUEUE_WORKER_LOCK_DURATION: '15000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '4000',
		QUEUE_WORKER_STALLED_INTERVAL: '5000',
		N8N_ENCRYPTION_KEY: encryptionKey,
		// The one name is n8n 2's, the other n8n 1's.
		N8N_WEBHOOK_URL: webhookUrl,
		WEBHOOK_URL: webhookUrl,
	};
}

const encryptionKey = randomBytes(16).toString('hex');

async function begunExecutions(logFile: string): Promise<string[]> {
	const log = await readFile(logFile, 'utf8');
	return [...log.matchAll(/Worker started execution (\d+)/g)].map(([, id = '']) => id);
}
