import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import getPort from 'get-port';
import type { N8nInstall } from './installN8n.mts';
import { startChildProcess } from './childProcess.mts';
import { UserFacingError } from './userFacingError.mts';

const startTimeoutMs = 180_000;

/** n8n's kinds of processes; there are workers and webhook processes only in queue mode. */
export type Role = 'start' | 'worker' | 'webhook';

export interface ServerOptions {
	n8n: N8nInstall;
	role?: Role;
	/** Holds `.n8n`, with the package already installed in it (installPackage). */
	userFolder: string;
	/** For the editor, the webhooks, or a worker's health check. */
	port: number;
	env?: Record<string, string>;
	/** By default it is in the user folder. */
	logFile?: string;
}

/** A running n8n process. It ends with this process at the latest. */
export interface Server {
	url: string;
	version: string;
	logFile: string;
	/** Resolves with the exit code when the process has ended, for whatever reason. */
	exited: Promise<number>;
	/** Lets it shut down, and kills it if that takes more than 20 seconds. */
	stop(): Promise<void>;
	/** Kills it at once, like a power failure. */
	kill(): Promise<void>;
}

/**
 * Starts an n8n process and resolves when it is ready.
 *
 * @throws UserFacingError with the end of its log when it is not ready within three minutes.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
	const { n8n, role = 'start', userFolder, port } = options;
	const url = `http://127.0.0.1:${port}`;
	const logFile = options.logFile ?? join(userFolder, `${role}.log`);
	await mkdir(userFolder, { recursive: true });
	const child = startChildProcess(n8n.node, [n8n.command, role], {
		cwd: userFolder,
		env: { ...inherited(process.env), ...(await n8nEnvironment(options)), ...options.env },
		logFile,
	});
	let hasExited = false;
	const exited = child.exited.finally(() => (hasExited = true));

	const deadline = Date.now() + startTimeoutMs;
	while (!(await isReady(url, role))) {
		if (!hasExited && Date.now() < deadline) {
			await sleep(250);
			continue;
		}
		const problem = hasExited ? 'exited during its start' : 'did not become ready';
		await child.stop('SIGKILL');
		throw new UserFacingError(
			`n8n ${n8n.version} (${role}) ${problem}. The end of its log (${logFile}):\n\n${await lastLines(logFile)}`,
		);
	}
	return {
		url,
		version: n8n.version,
		logFile,
		exited,
		stop: () => child.stop(),
		kill: () => child.stop('SIGKILL'),
	};
}

/** This process's environment without variables that would configure n8n or set a proxy. */
function inherited(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const names =
		/^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SystemRoot|ComSpec|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA)$/i;
	return Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name)));
}

/** Settings of a local n8n: no telemetry, no requests to n8n's servers, and 127.0.0.1 only. */
async function n8nEnvironment({
	n8n,
	role = 'start',
	userFolder,
	port,
}: ServerOptions): Promise<Record<string, string>> {
	const isLegacy = n8n.version.startsWith('1.');
	const url = `http://127.0.0.1:${port}/`;
	return {
		// n8n starts its task runner as plain `node`.
		PATH: [dirname(n8n.node), process.env.PATH].join(delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_HOST: '127.0.0.1',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(await getPort()),
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		// These two would fetch lists from n8n's servers. n8n 1.x does not start with an unknown module.
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		...(!isLegacy && { N8N_DISABLED_MODULES: 'mcp-registry' }),
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		NO_COLOR: '1',
		...(role === 'worker'
			? {
					QUEUE_HEALTH_CHECK_ACTIVE: 'true',
					QUEUE_HEALTH_CHECK_PORT: String(port),
					N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				}
			: {
					N8N_PORT: String(port),
					N8N_EDITOR_BASE_URL: url,
					[isLegacy ? 'WEBHOOK_URL' : 'N8N_WEBHOOK_URL']: url,
				}),
	};
}

async function isReady(url: string, role: Role): Promise<boolean> {
	// Readiness, unlike health, waits for the database; the editor's API is available a bit later still.
	const path = role === 'start' ? '/rest/settings' : '/healthz/readiness';
	try {
		// While it starts, n8n may answer any path with 200 and a text.
		const { data } = await axios.get<unknown>(url + path, { proxy: false, timeout: 5000 });
		return typeof data === 'object';
	} catch {
		return false;
	}
}

async function lastLines(file: string): Promise<string> {
	return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-20).join('\n');
}
