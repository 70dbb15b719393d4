import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const leash = fileURLToPath(new URL('leash.mjs', import.meta.url));

export interface LeashOptions {
	cwd: string;
	env: NodeJS.ProcessEnv;
	/** Everything the command writes goes here; what was in the file is replaced. */
	logFile: string;
}

/** A running command that ends with this process, however this process ends. */
export interface Leashed {
	/** Resolves with the exit code; 1 after a signal. */
	exited: Promise<number>;
	/** Passes the signal to the command and to everything it has started. */
	signal(name: NodeJS.Signals): void;
}

const running = new Set<Leashed>();
const graceMs = 10_000;

/** Asks every running command to finish, and resolves when all are gone; late ones are killed. */
export async function endLeashed(): Promise<void> {
	const all = [...running];
	for (const one of all) one.signal('SIGINT');
	const killer = setTimeout(() => all.forEach((one) => one.signal('SIGKILL')), graceMs);
	await Promise.allSettled(all.map((one) => one.exited));
	clearTimeout(killer);
}

/** Starts a command on a leash (see leash.mjs). */
export function startLeashed(command: string, args: string[], options: LeashOptions): Leashed {
	mkdirSync(dirname(options.logFile), { recursive: true });
	const log = openSync(options.logFile, 'w');
	let child: ChildProcess;
	try {
		child = spawn(process.execPath, [leash, command, ...args], {
			cwd: options.cwd,
			env: options.env,
			stdio: ['ignore', log, log, 'ipc'],
			windowsHide: true,
		});
	} finally {
		closeSync(log);
	}
	const exited = new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});
	const leashed: Leashed = {
		exited,
		signal: (name) => {
			// The channel may close between the look and the send; then there is nothing left to signal.
			if (child.connected) child.send(name, () => {});
		},
	};
	running.add(leashed);
	const forget = () => running.delete(leashed);
	exited.then(forget, forget);
	return leashed;
}
