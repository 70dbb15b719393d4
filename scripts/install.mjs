// Installs the development dependencies when they are missing or older than the lock file, so that
// `npm start` and `npm test` work straight after a clone. It runs before anything is installed,
// hence plain JavaScript without imports from outside Node.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.flux2-lock.json`;
const wanted = `${root}package-lock.json`;

function fail(sentence) {
	console.error(`\n${sentence}\n`);
	process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
	fail(`This needs Node 20.19 or later; this is Node ${process.versions.node}.`);

const isCurrent =
	existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8');

if (!isCurrent) {
	console.log('Installing the development tools (about 1 GB, 2 minutes the first time) …');
	const started = Date.now();
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	// Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, and
	// the registry this one was written against does not carry them all.
	const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
	const result = spawnSync(npm, args, {
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
	copyFileSync(wanted, installed);
	console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}
