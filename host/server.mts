import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import getPort from 'get-port';
import type { N8nInstall } from './install.mts';
import { startLeashed } from './leashed.mts';
import { PlainFailure } from './plainFailure.mts';

const healthyWithinMs = 180_000;
const stopsWithinMs = 20_000;

/** The processes an n8n may consist of; only a fleet (queue mode) has other ones than `start`. */
export type Role = 'start' | 'worker' | 'webhook';

export interface ServerOptions {
	n8n: N8nInstall;
	role?: Role;
	/** Holds `.n8n`; the package has been put into it before (installPackage). */
	userFolder: string;
	/** The port of the editor, of the webhooks, or of a worker's health check. */
	port: number;
	env?: Record<string, string>;
	/** By default it is in the user folder. */
	logFile?: string;
}

/** An n8n process that answers. It ends with this process at the latest. */
export interface Server {
	url: string;
	version: string;
	logFile: string;
	/** Resolves when the process has ended, whoever ended it. */
	exited: Promise<number>;
	/** Asks it to finish and waits until it is gone; after a while it is killed. */
	stop(): Promise<void>;
	/** Kills it at once, as a machine that loses power would. */
	kill(): Promise<void>;
}

/** Starts one n8n process and resolves when it is healthy. */
export async function startServer(options: ServerOptions): Promise<Server> {
	const { n8n, role = 'start', userFolder, port } = options;
	const url = `http://127.0.0.1:${port}`;
	const logFile = options.logFile ?? join(userFolder, `${role}.log`);
	await mkdir(userFolder, { recursive: true });
	const leashed = startLeashed(n8n.node, [n8n.command, role], {
		cwd: userFolder,
		env: { ...passedOn(process.env), ...(await settings(options)), ...options.env },
		logFile,
	});

	let hasExited = false;
	const exited = leashed.exited.finally(() => (hasExited = true));
	const end = async (signal: NodeJS.Signals) => {
		leashed.signal(signal);
		const timer = new AbortController();
		const killer = sleep(stopsWithinMs, undefined, { signal: timer.signal }).then(
			() => leashed.signal('SIGKILL'),
			() => {},
		);
		await exited;
		timer.abort();
		await killer;
	};
	const server: Server = {
		url,
		version: n8n.version,
		logFile,
		exited,
		stop: () => end('SIGINT'),
		kill: () => end('SIGKILL'),
	};

	const deadline = Date.now() + healthyWithinMs;
	while (!(await isHealthy(url, role))) {
		if (!hasExited && Date.now() < deadline) {
			await sleep(250);
			continue;
		}
		const words = hasExited ? 'ended before it was ready' : 'did not become ready';
		await server.kill();
		throw new PlainFailure(
			`n8n ${n8n.version} (${role}) ${words}. Its last lines (${logFile}):\n\n${await lastLines(logFile)}`,
		);
	}
	return server;
}

/** The environment of the machine without what would configure this n8n, or lead it through a proxy. */
function passedOn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const names =
		/^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SystemRoot|ComSpec|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA)$/i;
	return Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name)));
}

/** What makes an n8n of this machine quiet (no telemetry, no calls home) and closed (127.0.0.1 only). */
async function settings({
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
		// These two would fetch lists from n8n's servers. An unknown module name stops n8n 1.x.
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

async function isHealthy(url: string, role: Role): Promise<boolean> {
	// Readiness, unlike health, waits for the database; the editor's API opens a little later still.
	const path = role === 'start' ? '/rest/settings' : '/healthz/readiness';
	try {
		// While it starts, n8n may answer any path with a sentence and 200.
		const { data } = await axios.get<unknown>(url + path, { proxy: false, timeout: 5000 });
		return typeof data === 'object';
	} catch {
		return false;
	}
}

async function lastLines(file: string): Promise<string> {
	return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-20).join('\n');
}
