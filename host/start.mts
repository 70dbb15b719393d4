import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { checkExample } from './check.mts';
import { choosePort } from './choosePort.mts';
import { type Demo, openDemo } from './demo.mts';
import { installN8n } from './install.mts';
import { endLeashed } from './leashed.mts';
import { Lifetime } from './lifetime.mts';
import { packPackage } from './pack.mts';
import { isRunning } from './pid.mts';
import { cacheFolder, demoFolder } from './places.mts';
import { PlainFailure } from './plainFailure.mts';
import versions from './versions.json' with { type: 'json' };

const usage =
	'Usage: `npm start` opens the demo, `npm start -- --check` makes one image without a browser and ends.';

const lifetime = new Lifetime();
lifetime.atEnd(endLeashed);
let isOpen = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		// Who asks twice does not want to wait; what is still running ends by its leash.
		if (lifetime.isEnding) process.exit(130);
		console.log(`\nStopping (${signal}) …`);
		void lifetime.end().then(() => process.exit(isOpen ? 0 : 130));
	});
}

try {
	const args = process.argv.slice(2);
	if (args.length === 0) await runDemo();
	else if (args.length === 1 && args[0] === '--check') await runCheck();
	else throw new PlainFailure(usage);
} catch (error) {
	if (!lifetime.isEnding) {
		console.error(`\n${wordsOf(error)}`);
		await lifetime.end();
		process.exit(1);
	}
}

function wordsOf(error: unknown): string {
	if (error instanceof PlainFailure) return error.message;
	// Printed whole, an axios error fills pages with its sockets.
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function runDemo(): Promise<void> {
	await claimFolder();
	const port = await choosePort('PORT', 5678, 'n8n');
	const sandboxPort = await choosePort('SANDBOX_PORT', 3456, 'the sandbox');
	const demo = await openDemo(
		{ ...(await parts()), userFolder: demoFolder, port, sandboxPort },
		lifetime,
	);
	isOpen = true;
	console.log(welcome(demo));
	await demo.n8n.exited;
	if (!lifetime.isEnding)
		throw new PlainFailure(`n8n has ended by itself; its log is ${demo.n8n.logFile}.`);
}

/** In a fresh folder and on free ports: an open demo is not disturbed, and nothing old can help. */
async function runCheck(): Promise<void> {
	const userFolder = await mkdtemp(join(tmpdir(), 'flux2-check-'));
	lifetime.atEnd(() => rm(userFolder, { recursive: true, force: true }));
	const demo = await openDemo(
		{
			...(await parts()),
			userFolder,
			port: await getPort(),
			sandboxPort: await getPort(),
			// The folder goes when the check ends; a failure is looked into afterwards.
			logFile: join(cacheFolder, 'logs', 'check.log'),
		},
		lifetime,
	);
	const report = await checkExample(demo);
	await lifetime.end();
	console.log(JSON.stringify(report));
}

async function parts() {
	return { n8n: await installN8n(versions.n8n), tarball: await packPackage() };
}

/** Two n8n on one database would spoil it. */
async function claimFolder(): Promise<void> {
	const file = join(demoFolder, 'demo.pid');
	if (existsSync(file)) {
		const pid = Number(await readFile(file, 'utf8'));
		if (isRunning(pid))
			throw new PlainFailure(
				`The demo is running already, as process ${pid}; stop it with Ctrl-C in its window (if it is not, delete ${file}).`,
			);
	}
	await mkdir(demoFolder, { recursive: true });
	await writeFile(file, String(process.pid));
	lifetime.atEnd(() => rm(file));
}

function welcome({ n8n, sandboxUrl, owner, example }: Demo): string {
	const logIn = example
		? `Log in    ${owner.email}
Password  ${owner.password}`
		: `Log in    ${owner.email}, with the password that you have chosen`;
	return `
n8n ${n8n.version} is running, with the Flux 2 node in it.

  Open      ${example?.editorUrl ?? n8n.url}
  ${logIn.replace('\n', '\n  ')}
  Press     the orange button that appears when you point at the node "Press here";
            after 3 to 8 seconds, open the node "Flux 2" to see the picture

The pictures come from a sandbox on this machine, which costs nothing: ${sandboxUrl}
For real ones, put your own API in One key and https://apiin.one into the credential.

Ctrl-C stops everything. Your workflows are kept for the next start.
`;
}
