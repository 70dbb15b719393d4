import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { N8nInstall } from '../../host/installN8n.mts';

/** The part of a `pg` client that is used here. */
export interface SqlClient {
	query(text: string): Promise<{ rows: Array<Record<string, unknown>> }>;
	end(): Promise<void>;
}

/** The part of an `ioredis` client that is used here. */
export interface RedisClient {
	ping(): Promise<string>;
	save(): Promise<string>;
	keys(pattern: string): Promise<string[]>;
	del(...keys: string[]): Promise<number>;
	disconnect(): void;
}

/** n8n's own drivers for its database and queue, so that nothing else has to be installed. */
const driver = (n8n: N8nInstall, name: 'pg' | 'ioredis'): unknown =>
	createRequire(join(n8n.modules, 'n8n', 'package.json'))(name);

/** @throws if PostgreSQL does not respond or refuses this user. */
export async function connectSql(
	n8n: N8nInstall,
	{ port, user, database = 'postgres' }: { port: number; user: string; database?: string },
): Promise<SqlClient> {
	const { Client } = driver(n8n, 'pg') as {
		Client: new (options: object) => SqlClient & { connect(): Promise<void> };
	};
	const client = new Client({
		host: '127.0.0.1',
		port,
		user,
		database,
		connectionTimeoutMillis: 3_000,
	});
	await client.connect();
	return client;
}

/** @throws if Redis does not respond or requires a password. */
export async function connectRedis(n8n: N8nInstall, port: number): Promise<RedisClient> {
	const Redis = driver(n8n, 'ioredis') as new (
		options: object,
	) => RedisClient & { connect(): Promise<void>; on(event: 'error', listener: () => void): void };
	const client = new Redis({
		host: '127.0.0.1',
		port,
		lazyConnect: true,
		maxRetriesPerRequest: 0,
		retryStrategy: () => null,
	});
	// The call that fails reports the error.
	client.on('error', () => {});
	await client.connect();
	await client.ping();
	return client;
}
