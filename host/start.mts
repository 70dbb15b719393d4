import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { checkExample } from './check.mts';
import { choosePort } from './choosePort.mts';
import { type Demo, startDemo } from './demo.mts';
import { installN8n } from './installN8n.mts';
import { stopChildProcesses } from './childProcess.mts';
import { CleanupStack } from './cleanupStack.mts';
import { packPackage } from './pack.mts';
import { isRunning } from './pid.mts';
import { cacheFolder, demoFolder } from './paths.mts';
import { UserFacingError } from './userFacingError.mts';
import versions from './versions.json' with { type: 'json' };

const usage =
	'Usage: `npm start` starts the demo, `npm start -- --check` generates one image without a browser and exits.';

const cleanup = new CleanupStack();
cleanup.defer(stopChildProcesses);
let hasStarted = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		// The second signal ends at once; the supervisors end what is still running.
		if (cleanup.isStarted) process.exit(130);
		console.log(`\nStopping (${signal}) …`);
		void cleanup.run().then(() => process.exit(hasStarted ? 0 : 130));
	});
}

try {
	const args = process.argv.slice(2);
	if (args.length === 0) await runDemo();
	else if (args.length === 1 && args[0] === '--check') await runCheck();
	else throw new UserFacingError(usage);
} catch (error) {
	if (!cleanup.isStarted) {
		console.error(`\n${messageOf(error)}`);
		await cleanup.run();
		process.exit(1);
	}
}

function messageOf(error: unknown): string {
	if (error instanceof UserFacingError) return error.message;
	// An axios error printed as an object fills pages with its sockets.
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function runDemo(): Promise<void> {
	await lockDemoFolder();
	const port = await choosePort('PORT', 5678, 'n8n');
	const sandboxPort = await choosePort('SANDBOX_PORT', 3456, 'the sandbox');
	const demo = await startDemo(
		{ ...(await installAndPack()), userFolder: demoFolder, port, sandboxPort },
		cleanup,
	);
	hasStarted = true;
	console.log(welcome(demo));
	await demo.n8n.exited;
	if (!cleanup.isStarted)
		throw new UserFacingError(`n8n has exited unexpectedly; its log is ${demo.n8n.logFile}.`);
}

/** Uses a new folder and free ports: independent of a running demo and of earlier runs. */
async function runCheck(): Promise<void> {
	const userFolder = await mkdtemp(join(tmpdir(), 'flux2-check-'));
	cleanup.defer(() => rm(userFolder, { recursive: true, force: true }));
	const demo = await startDemo(
		{
			...(await installAndPack()),
			userFolder,
			port: await getPort(),
			sandboxPort: await getPort(),
			// Not in the user folder, which is removed before anybody could read it.
			logFile: join(cacheFolder, 'logs', 'check.log'),
		},
		cleanup,
	);
	const report = await checkExample(demo);
	await cleanup.run();
	console.log(JSON.stringify(report));
}

async function installAndPack() {
	return { n8n: await installN8n(versions.n8n), tarball: await packPackage() };
}

/** Two n8n processes with one SQLite database would corrupt it. */
async function lockDemoFolder(): Promise<void> {
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

function welcome({ n8n, sandboxUrl, owner, example }: Demo): string {
	const logIn = example
		? `Log in    ${owner.email}
Password  ${owner.password}`
		: `Log in    ${owner.email}, with the password that you chose`;
	return `
n8n ${n8n.version} is running, with the Flux 2 node installed.

  Open      ${example?.editorUrl ?? n8n.url}
  ${logIn.replace('\n', '\n  ')}
  Press     the orange button that appears when you point at the node "Press here";
            after 3 to 8 seconds, open the node "Flux 2" to see the image

The images come from a sandbox on this machine, free of charge: ${sandboxUrl}
For real ones, enter your own API in One key and https://apiin.one in the credential.

Ctrl-C stops everything. Your workflows are kept for the next start.
`;
}
