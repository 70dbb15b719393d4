// Runs one command that never outlives whoever started it: `node leash.mjs <command> [argument …]`,
// spawned with an IPC channel. The channel closes however the owner ends, `kill -9` included; then
// the command and everything it has started are ended. The owner sends the name of a signal to
// pass on. Plain JavaScript, because it stands between two processes and should weigh little.
import { spawn, spawnSync } from 'node:child_process';

const graceMs = 10_000;
const isWindows = process.platform === 'win32';

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	detached: !isWindows,
	windowsHide: true,
});

function signalAll(name) {
	if (child.pid === undefined) return;
	if (isWindows) {
		spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
		return;
	}
	try {
		process.kill(-child.pid, name);
	} catch {
		// The whole group has ended already.
	}
}

// Ctrl-C reaches every process of the terminal; when to stop is the owner's decision.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

process.on('message', signalAll);
process.on('disconnect', () => {
	signalAll('SIGINT');
	setTimeout(() => signalAll('SIGKILL'), graceMs);
});

child.on('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.on('exit', (code) => {
	// What the command itself has started and not ended (n8n's task runner after a `kill -9`).
	signalAll('SIGKILL');
	process.exit(code ?? 1);
});
