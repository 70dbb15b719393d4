import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import type { N8nInstall } from '../../host/install.mts';
import { type Leashed, startLeashed } from '../../host/leashed.mts';
import type { Lifetime } from '../../host/lifetime.mts';
import { connectRedis } from './driver.mts';
import { missing } from './missing.mts';

const usualPort = 6379;
const startsWithinMs = 10_000;

/** Where n8n finds its queue. Every key of a run begins with its prefix. */
export interface Redis {
	port: number;
	prefix: string;
}

/** The Redis that runs here, else one that is started. What a run has left in it is removed. */
export async function openRedis(n8n: N8nInstall, lifetime: Lifetime): Promise<Redis> {
	const isThere = await connectRedis(n8n, usualPort).then(
		(client) => (client.disconnect(), true),
		() => false,
	);
	if (!isThere) return await startOwnRedis(n8n, lifetime);
	const prefix = `flux2-queue-${process.pid}-${Date.now()}`;
	lifetime.atEnd(async () => {
		const client = await connectRedis(n8n, usualPort);
		const keys = await client.keys(`${prefix}*`);
		if (keys.length > 0) await client.del(...keys);
		client.disconnect();
	});
	return { port: usualPort, prefix };
}

/** A Redis that nobody else uses, so that it may be stopped. */
export interface OwnRedis extends Redis {
	/** As a service manager does: it writes down what it holds. */
	stop(): Promise<void>;
	/** As a machine that loses power. */
	kill(): Promise<void>;
	/** Starts it with all it has written down, or with nothing later than its last snapshot. */
	start(from?: 'log' | 'snapshot'): Promise<void>;
	/** Makes the snapshot. */
	snapshot(): Promise<void>;
}

export async function startOwnRedis(n8n: N8nInstall, lifetime: Lifetime): Promise<OwnRedis> {
	await promisify(execFile)('redis-server', ['--version']).catch(() => {
		throw missing('Redis');
	});
	const folder = await mkdtemp(join(tmpdir(), 'flux2-redis-'));
	lifetime.atEnd(() => rm(folder, { recursive: true, force: true }));
	const port = await getPort();
	let server: Leashed | undefined;
	const end = async (signal: NodeJS.Signals) => {
		server?.signal(signal);
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
			const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
			const log = ['--save', '', '--appendonly', from === 'log' ? 'yes' : 'no'];
			server = startLeashed('redis-server', [...where, ...log], {
				cwd: folder,
				env: process.env,
				logFile: join(folder, 'redis.log'),
			});
			const deadline = Date.now() + startsWithinMs;
			for (;;) {
				const client = await connectRedis(n8n, port).catch((error: Error) => error);
				if (!(client instanceof Error)) return client.disconnect();
				if (Date.now() > deadline) throw client;
				await sleep(100);
			}
		},
	};
	await own.start();
	lifetime.atEnd(() => own.stop());
	return own;
}
