import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { checkExample } from './check.mts';
import { choosePort } from './choosePort.mts';
import type { CleanupStack } from './cleanupStack.mts';
import { type Demo, startDemo } from './demo.mts';
import { devEnvironment, watchPackage } from './dev.mts';
import type { N8nInstall } from './installN8n.mts';
import { packPackage } from './pack.mts';
import { cacheFolder, demoFolder } from './paths.mts';
import { isRunning } from './pid.mts';
import { UserFacingError } from './userFacingError.mts';
import { welcome } from './welcome.mts';

export type Mode = 'demo' | 'check' | 'dev';

/**
 * What remains to be done when n8n has been installed. Resolves when the user can begin; `ended`
 * resolves at the end of a command that ends by itself.
 */
export type Command = (n8n: N8nInstall) => Promise<{ ended: Promise<void> }>;

/** Does what is possible before n8n has been installed. */
export async function prepareCommand(mode: Mode, cleanup: CleanupStack): Promise<Command> {
	return mode === 'check' ? await prepareCheck(cleanup) : await prepareDemo(mode, cleanup);
}

async function prepareDemo(mode: 'demo' | 'dev', cleanup: CleanupStack): Promise<Command> {
	await lockDemoFolder(cleanup);
	const port = await choosePort('PORT', 5678, 'n8n');
	const sandboxPort = await choosePort('SANDBOX_PORT', 3456, 'the sandbox');
	const tarball = await packPackage();
	const env = mode === 'dev' ? devEnvironment : {};
	return async (n8n) => {
		const options = { n8n, tarball, userFolder: demoFolder, port, sandboxPort, env };
		const demo = await startDemo(options, cleanup);
		console.log(welcome(demo));
		if (mode === 'dev') {
			console.log(
				`Change a file in nodes/ or credentials/: n8n reloads it. Its log: ${demo.n8n.logFile}\n`,
			);
			watchPackage(demoFolder);
		}
		return { ended: untilN8nExits(demo, cleanup) };
	};
}

async function untilN8nExits({ n8n }: Demo, cleanup: CleanupStack): Promise<void> {
	await n8n.exited;
	if (!cleanup.isStarted)
		throw new UserFacingError(`n8n has exited unexpectedly; its log is ${n8n.logFile}.`);
}

/** Uses a new folder and free ports: independent of a running demo and of earlier runs. */
async function prepareCheck(cleanup: CleanupStack): Promise<Command> {
	const tarball = await packPackage();
	return async (n8n) => {
		const userFolder = await mkdtemp(join(tmpdir(), 'flux2-check-'));
		cleanup.defer(() => rm(userFolder, { recursive: true, force: true }));
		const options = {
			n8n,
			tarball,
			userFolder,
			port: await getPort(),
			sandboxPort: await getPort(),
			// Not in the user folder, which is removed before anybody could read it.
			logFile: join(cacheFolder, 'logs', 'check.log'),
		};
		const report = await checkExample(await startDemo(options, cleanup));
		await cleanup.run();
		console.log(JSON.stringify(report));
		return { ended: Promise.resolve() };
	};
}

/** Two n8n processes with one SQLite database would corrupt it. */
async function lockDemoFolder(cleanup: CleanupStack): Promise<void> {
	const file = join(demoFolder, 'demo.pid');
	if (existsSync(file)) {
		const pid = Number(await readFile(file, 'utf8'));
		if (isRunning(pid))
			throw new UserFacingError(
				`The demo is already running, as process ${pid}; stop it with Ctrl-C in its terminal (if process ${pid} is something else, delete ${file}).`,
			);
	}
	await mkdir(demoFolder, { recursive: true });
	await writeFile(file, String(process.pid));
	cleanup.defer(() => rm(file));
}
