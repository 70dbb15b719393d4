// Runs one command that never outlives the process that started it: spawn
// `node supervisor.mjs <command> [argument …]` with an IPC channel. The channel closes however the
// parent ends, `kill -9` included; then the command and everything it has started are ended. The
// parent sends the name of a signal to forward. Plain JavaScript: one more process for each command
// should be a small one.
import { spawn, spawnSync } from 'node:child_process';

const killedAfterMs = 10_000;
const isWindows = process.platform === 'win32';

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	detached: !isWindows,
	windowsHide: true,
});

function signalGroup(name) {
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

// Ctrl-C may reach every process of the terminal; the parent decides when to stop.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

process.on('message', signalGroup);
process.on('disconnect', () => {
	signalGroup('SIGINT');
	setTimeout(() => signalGroup('SIGKILL'), killedAfterMs);
});

child.on('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.on('exit', (code) => {
	// What the command itself has started and not ended (n8n's task runner after a `kill -9`).
	signalGroup('SIGKILL');
	process.exit(code ?? 1);
});
