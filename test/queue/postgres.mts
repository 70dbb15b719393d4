import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import type { N8nInstall } from '../../host/install.mts';
import { startLeashed } from '../../host/leashed.mts';
import type { Lifetime } from '../../host/lifetime.mts';
import { isRunning } from '../../host/pid.mts';
import { connectSql, type Sql } from './driver.mts';
import { missing } from './missing.mts';

const usualPort = 5432;
const prefix = 'flux2_queue_';
const startsWithinMs = 20_000;

/** A database of a PostgreSQL on this machine. */
export interface Database {
	name: string;
	port: number;
	user: string;
	/** Of the server, e.g. "15.20". */
	version: string;
	/** Counts the rows of n8n's processed data whose name ends with one of these. */
	rowsNamed(endings: readonly string[]): Promise<number>;
}

/** An empty database: of the PostgreSQL that runs here, else of one that is started for it. */
export async function openDatabase(n8n: N8nInstall, lifetime: Lifetime): Promise<Database> {
	const { port, user } = (await running(n8n)) ?? (await startOwn(n8n, lifetime));
	const sql = await connectSql(n8n, { port, user });
	lifetime.atEnd(() => sql.end());
	await dropAbandoned(sql);
	const name = `${prefix}${process.pid}_${Date.now()}`;
	await sql.query(`CREATE DATABASE ${name}`);
	lifetime.atEnd(() => sql.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
	const { rows } = await sql.query('SHOW server_version');
	return {
		...{ name, port, user },
		version: String(rows[0]?.server_version).split(' ', 1)[0] ?? '',
		async rowsNamed(endings) {
			const inside = await connectSql(n8n, { port, user, database: name });
			try {
				const stored = await inside.query('SELECT context FROM processed_data');
				return stored.rows.filter(({ context }) =>
					endings.some((ending) => String(context).endsWith(ending)),
				).length;
			} finally {
				await inside.end();
			}
		},
	};
}

async function running(n8n: N8nInstall): Promise<{ port: number; user: string } | undefined> {
	for (const user of ['postgres', userInfo().username]) {
		const sql = await connectSql(n8n, { port: usualPort, user }).catch(() => undefined);
		if (sql === undefined) continue;
		await sql.end();
		return { port: usualPort, user };
	}
	return undefined;
}

/** Databases of runs that were killed before they could drop them. */
async function dropAbandoned(sql: Sql): Promise<void> {
	const { rows } = await sql.query(
		`SELECT datname FROM pg_database WHERE datname LIKE '${prefix}%'`,
	);
	for (const { datname } of rows) {
		const [pid] = String(datname).slice(prefix.length).split('_', 1);
		if (!isRunning(Number(pid))) await sql.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
	}
}

async function startOwn(
	n8n: N8nInstall,
	lifetime: Lifetime,
): Promise<{ port: number; user: string }> {
	const bin = await binaries();
	if (bin === undefined) throw missing('PostgreSQL');
	const user = 'postgres';
	const folder = await mkdtemp(join(tmpdir(), 'flux2-postgres-'));
	lifetime.atEnd(() => rm(folder, { recursive: true, force: true }));
	// PostgreSQL refuses to run as root; Debian's package brings a user for it.
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
	const leashed = startLeashed(
		server,
		[...options, '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
		{ cwd: folder, env: process.env, logFile: `${folder}.log` },
	);
	lifetime.atEnd(async () => {
		leashed.signal('SIGINT');
		await leashed.exited;
		await rm(`${folder}.log`, { force: true });
	});
	const deadline = Date.now() + startsWithinMs;
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

/** The folder of PostgreSQL's programs: Debian keeps them off the PATH, one folder for each version. */
async function binaries(): Promise<string | undefined> {
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
