// Installs the development dependencies with `npm ci` when they are missing or older than the lock file,
// so that `npm start` and `npm test` work right after a clone. It runs before anything is installed, hence
// plain JavaScript that imports nothing from outside Node.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function fail(message) {
	console.error(`\n${message}\n`);
	process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
	fail(`This needs Node 20.19 or later; this is Node ${process.versions.node}.`);

// npm writes a lock file of what it has installed, at the end of each installation.
const installed = `${root}node_modules/.package-lock.json`;
const wanted = `${root}package-lock.json`;
const isCurrent = existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;

if (!isCurrent) {
	console.log('Installing the development tools (about 1 GB, 2 minutes the first time) …');
	const started = Date.now();
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'pipe'],
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	if (result.status !== 0) {
		const output = result.stderr ?? '';
		if (/ENOSPC/.test(output)) fail('There is no disk space left. About 5 GB are needed.');
		if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output))
			fail(
				'The npm registry cannot be reached. Check the network (or the npm proxy) and try again.',
			);
		fail(`npm could not install the development tools:\n${output.trim().slice(-2000)}`);
	}
	console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}
