import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { N8nInstall } from '../../host/install.mts';

/** A connection of `pg`, as far as it is used here. */
export interface Sql {
	query(text: string): Promise<{ rows: Array<Record<string, unknown>> }>;
	end(): Promise<void>;
}

/** A connection of `ioredis`, as far as it is used here. */
export interface RedisClient {
	ping(): Promise<string>;
	save(): Promise<string>;
	keys(pattern: string): Promise<string[]>;
	del(...keys: string[]): Promise<number>;
	disconnect(): void;
}

/** n8n's own drivers for its database and its queue: nothing more has to be installed. */
const driver = (n8n: N8nInstall, name: 'pg' | 'ioredis'): unknown =>
	createRequire(join(n8n.modules, 'n8n', 'package.json'))(name);

/** @throws where no PostgreSQL answers, or it does not let this user in. */
export async function connectSql(
	n8n: N8nInstall,
	{ port, user, database = 'postgres' }: { port: number; user: string; database?: string },
): Promise<Sql> {
	const { Client } = driver(n8n, 'pg') as {
		Client: new (options: object) => Sql & { connect(): Promise<void> };
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

/** @throws where no Redis answers, or it wants a password. */
export async function connectRedis(n8n: N8nInstall, port: number): Promise<RedisClient> {
	const Redis = driver(n8n, 'ioredis') as new (
		options: object,
	) => RedisClient & { connect(): Promise<void>; on(event: 'error', heard: () => void): void };
	const client = new Redis({
		host: '127.0.0.1',
		port,
		lazyConnect: true,
		maxRetriesPerRequest: 0,
		retryStrategy: () => null,
	});
	// What goes wrong is known from the call that fails.
	client.on('error', () => {});
	await client.connect();
	await client.ping();
	return client;
}
