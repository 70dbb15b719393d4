import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { type ManagedProcess, startChildProcess } from '../../host/childProcess.mts';
import type { CleanupStack } from '../../host/cleanupStack.mts';
import type { N8nInstall } from '../../host/installN8n.mts';
import { connectRedis } from './driver.mts';
import { MissingServer } from './missingServer.mts';

const defaultPort = 6379;
const startTimeoutMs = 10_000;

/** The Redis of n8n's queue. All keys of a test run begin with the prefix. */
export interface Redis {
	port: number;
	prefix: string;
}

/** Uses the running Redis and removes its keys at the end, or starts a Redis. */
export async function openRedis(n8n: N8nInstall, cleanup: CleanupStack): Promise<Redis> {
	const isRunning = await connectRedis(n8n, defaultPort).then(
		(client) => (client.disconnect(), true),
		() => false,
	);
	if (!isRunning) return await startOwnRedis(n8n, cleanup);
	const prefix = `flux2-queue-${process.pid}-${Date.now()}`;
	cleanup.defer(async () => {
		const client = await connectRedis(n8n, defaultPort);
		const keys = await client.keys(`${prefix}*`);
		if (keys.length > 0) await client.del(...keys);
		client.disconnect();
	});
	return { port: defaultPort, prefix };
}

/** A Redis server of this test run, which can be stopped and killed. */
export interface OwnRedis extends Redis {
	/** Stops it as a service manager does, after it has saved its data. */
	stop(): Promise<void>;
	/** Kills it without saving, as a power failure does. */
	kill(): Promise<void>;
	/** Starts it with its complete log, or with its last snapshot only. */
	start(from?: 'log' | 'snapshot'): Promise<void>;
	/** Saves a snapshot. */
	snapshot(): Promise<void>;
}

export async function startOwnRedis(n8n: N8nInstall, cleanup: CleanupStack): Promise<OwnRedis> {
	await promisify(execFile)('redis-server', ['--version']).catch(() => {
		throw new MissingServer('Redis');
	});
	const folder = await mkdtemp(join(tmpdir(), 'flux2-redis-'));
	cleanup.defer(() => rm(folder, { recursive: true, force: true }));
	const port = await getPort();
	let server: ManagedProcess | undefined;
	const end = async (signal: NodeJS.Signals) => {
		server?.stop(signal);
		await server?.exited;
		server = undefined;
	};
	const own: OwnRedis = {
		port,
		prefix: 'flux2-queue',
		stop: () => end('SIGTERM'),
		kill: () => end('SIGKILL'),
		snapshot: async () => {
			const client = await connectRedis(n8n, port);
			await client.save();
			client.disconnect();
		},
		start: async (from = 'log') => {
			const location = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
			const log = ['--save', '', '--appendonly', from === 'log' ? 'yes' : 'no'];
			server = startChildProcess('redis-server', [...location, ...log], {
				cwd: folder,
				env: process.env,
				logFile: join(folder, 'redis.log'),
			});
			const deadline = Date.now() + startTimeoutMs;
			for (;;) {
				const client = await connectRedis(n8n, port).catch((error: Error) => error);
				if (!(client instanceof Error)) return client.disconnect();
				if (Date.now() > deadline) throw client;
				await sleep(100);
			}
		},
	};
	await own.start();
	cleanup.defer(() => own.stop());
	return own;
}
