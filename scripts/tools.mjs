// The development tools, before any of them is installed: plain JavaScript that imports nothing from
// outside Node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

// With npm's defaults it takes over a minute to report that there is no network; with these, 15 s.
const retries = [
	'--fetch-retries=4',
	'--fetch-retry-factor=2',
	'--fetch-retry-mintimeout=1000',
	'--fetch-retry-maxtimeout=8000',
];

/** Ends this process with a message if its Node is too old. */
export function checkNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19))
		fail(`This needs Node 20.19 or later; this is Node ${process.versions.node}.`);
}

/** Whether `npm ci` has been run since the lock file changed. */
export function areToolsCurrent() {
	// npm writes a lock file of what it has installed, at the end of each installation.
	const installed = `${root}node_modules/.package-lock.json`;
	const lockFile = `${root}package-lock.json`;
	return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Runs `npm ci`. Ends this process with a message if that fails. */
export function installTools() {
	console.log('Installing the development tools (about 1 GB, 2 minutes the first time) …');
	const started = Date.now();
	npm(['ci'], root);
	console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/**
 * The folder of tsx, which runs TypeScript: among the tools or, while they are not installed, on its
 * own in `.cache/`, so that TypeScript can install them.
 */
export function tsxFolder() {
	if (areToolsCurrent()) return `${root}node_modules/tsx`;
	const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
	const folder = `${root}.cache/tsx-${devDependencies.tsx}`;
	if (!existsSync(`${folder}/node_modules/.package-lock.json`)) {
		console.log('Preparing the installation …');
		mkdirSync(folder, { recursive: true });
		const manifest = { private: true, dependencies: { tsx: devDependencies.tsx } };
		writeFileSync(`${folder}/package.json`, JSON.stringify(manifest));
		npm(['install', '--ignore-scripts'], folder);
	}
	return `${folder}/node_modules/tsx`;
}

function npm(args, cwd) {
	const isWindows = process.platform === 'win32';
	const result = spawnSync(
		isWindows ? 'npm.cmd' : 'npm',
		[...args, '--no-audit', '--no-fund', '--loglevel=error', ...retries],
		{ cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell: isWindows },
	);
	if (result.status === 0) return;
	const output = result.stderr ?? '';
	if (/ENOSPC/.test(output)) fail('There is no disk space left. About 5 GB are needed.');
	if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output))
		fail('The npm registry cannot be reached. Check the network (or the npm proxy) and try again.');
	fail(`npm could not install the development tools:\n${output.trim().slice(-2000)}`);
}

function fail(message) {
	console.error(`\n${message}\n`);
	process.exit(1);
}
