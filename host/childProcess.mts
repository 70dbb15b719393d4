import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const supervisor = fileURLToPath(new URL('supervisor.mjs', import.meta.url));
const killedAfterMs = 20_000;

export interface ChildProcessOptions {
	cwd: string;
	env: NodeJS.ProcessEnv;
	/** Receives all output; earlier content is replaced. Without it, the output joins this process's own. */
	logFile?: string;
}

/** A running command that ends with this process, however this process ends. */
export interface ManagedProcess {
	/** Resolves with the exit code; 1 after a signal. */
	exited: Promise<number>;
	/**
	 * Sends the signal (by default SIGINT) to the command and to everything it has started, and
	 * resolves when they have ended; after 20 seconds they are killed.
	 */
	stop(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ManagedProcess>();

/** Stops every running command, and resolves when all have ended. */
export async function stopChildProcesses(): Promise<void> {
	await Promise.all([...running].map((child) => child.stop()));
}

/** Starts a command under supervision (see supervisor.mjs). */
export function startChildProcess(
	command: string,
	args: string[],
	{ cwd, env, logFile }: ChildProcessOptions,
): ManagedProcess {
	if (logFile) mkdirSync(dirname(logFile), { recursive: true });
	const output = logFile ? openSync(logFile, 'w') : 'inherit';
	const child = spawn(process.execPath, [supervisor, command, ...args], {
		cwd,
		env,
		stdio: ['ignore', output, output, 'ipc'],
		// In a group of its own, so that where this process is itself supervised and its group is
		// killed, the supervisor lives on to end its command.
		detached: process.platform !== 'win32',
		windowsHide: true,
	});
	if (typeof output === 'number') closeSync(output);

	const exited = new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});
	const send = (signal: NodeJS.Signals) => {
		// The channel may close between the check and the send; then there is nothing left to signal.
		if (child.connected) child.send(signal, () => {});
	};
	const managed: ManagedProcess = {
		exited,
		stop: async (signal = 'SIGINT') => {
			send(signal);
			const timer = setTimeout(send, killedAfterMs, 'SIGKILL');
			await exited.catch(() => {});
			clearTimeout(timer);
		},
	};
	running.add(managed);
	void exited.catch(() => {}).then(() => running.delete(managed));
	return managed;
}
