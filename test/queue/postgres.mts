import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { startChildProcess } from '../../host/childProcess.mts';
import type { CleanupStack } from '../../host/cleanupStack.mts';
import type { N8nInstall } from '../../host/installN8n.mts';
import { isRunning } from '../../host/pid.mts';
import { connectSql, type SqlClient } from './driver.mts';
import { MissingServer } from './missingServer.mts';

const defaultPort = 5432;
const prefix = 'flux2_queue_';
const startTimeoutMs = 20_000;

/** A database in a PostgreSQL server on this machine. */
export interface Database {
	name: string;
	port: number;
	user: string;
	/** Version of the server, e.g. "15.20". */
	version: string;
	/** The hashes in n8n's table of processed data: MD5 in base64, of the values that nodes recorded. */
	recordedHashes(): Promise<Set<string>>;
}

/** Creates an empty database in the running PostgreSQL, or in one that is started for it. */
export async function openDatabase(n8n: N8nInstall, cleanup: CleanupStack): Promise<Database> {
	const { port, user } = (await findRunning(n8n)) ?? (await startServer(n8n, cleanup));
	const sql = await connectSql(n8n, { port, user });
	cleanup.defer(() => sql.end());
	await dropAbandoned(sql);
	const name = `${prefix}${process.pid}_${Date.now()}`;
	await sql.query(`CREATE DATABASE ${name}`);
	cleanup.defer(() => sql.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
	const { rows } = await sql.query('SHOW server_version');
	return {
		...{ name, port, user },
		version: String(rows[0]?.server_version).split(' ', 1)[0] ?? '',
		async recordedHashes() {
			const client = await connectSql(n8n, { port, user, database: name });
			try {
				const { rows: stored } = await client.query('SELECT value FROM processed_data');
				const values = stored.map(({ value }) =>
					typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
				) as Array<{ data: string[] }>;
				return new Set(values.flatMap(({ data }) => data));
			} finally {
				await client.end();
			}
		},
	};
}

async function findRunning(n8n: N8nInstall): Promise<{ port: number; user: string } | undefined> {
	for (const user of ['postgres', userInfo().username]) {
		const sql = await connectSql(n8n, { port: defaultPort, user }).catch(() => undefined);
		if (sql === undefined) continue;
		await sql.end();
		return { port: defaultPort, user };
	}
	return undefined;
}

/** Drops the databases of test runs that were killed before they could do it. */
async function dropAbandoned(sql: SqlClient): Promise<void> {
	const { rows } = await sql.query(
		`SELECT datname FROM pg_database WHERE datname LIKE '${prefix}%'`,
	);
	for (const { datname } of rows) {
		const [pid] = String(datname).slice(prefix.length).split('_', 1);
		if (!isRunning(Number(pid))) await sql.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
	}
}

async function startServer(
	n8n: N8nInstall,
	cleanup: CleanupStack,
): Promise<{ port: number; user: string }> {
	const bin = await findBinaries();
	if (bin === undefined) throw new MissingServer('PostgreSQL');
	const user = 'postgres';
	const folder = await mkdtemp(join(tmpdir(), 'flux2-postgres-'));
	cleanup.defer(() => rm(folder, { recursive: true, force: true }));
	// PostgreSQL refuses to run as root; Debian's package creates a user for it.
	const isRoot = process.getuid?.() === 0;
	const as = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
	if (isRoot) await promisify(execFile)('chown', ['postgres', folder]);
	await chmod(folder, 0o700);
	const data = join(folder, 'data');
	const [command = '', ...args] = [...as, join(bin, 'initdb')];
	await promisify(execFile)(command, [...args, '-D', data, '-U', user, '-A', 'trust'], {
		cwd: folder,
	});
	const port = await getPort();
	const [server = '', ...options] = [...as, join(bin, 'postgres')];
	const child = startChildProcess(
		server,
		[...options, '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
		{ cwd: folder, env: process.env, logFile: `${folder}.log` },
	);
	cleanup.defer(async () => {
		child.stop('SIGINT');
		await child.exited;
		await rm(`${folder}.log`, { force: true });
	});
	const deadline = Date.now() + startTimeoutMs;
	for (;;) {
		const sql = await connectSql(n8n, { port, user }).catch((error: Error) => error);
		if (!(sql instanceof Error)) {
			await sql.end();
			return { port, user };
		}
		if (Date.now() > deadline) throw sql;
		await sleep(200);
	}
}

/** The folder of PostgreSQL's programs. Debian does not put them on the PATH. */
async function findBinaries(): Promise<string | undefined> {
	const debian = '/usr/lib/postgresql';
	const versions = existsSync(debian) ? await readdir(debian) : [];
	const folders = [
		...versions
			.sort((a, b) => Number(b) - Number(a))
			.map((version) => join(debian, version, 'bin')),
		...(process.env.PATH ?? '').split(delimiter),
	];
	return folders.find((folder) => existsSync(join(folder, 'initdb')));
}
