import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startChildProcess, stopChildProcesses } from '../../host/childProcess.mts';
import { isRunning } from '../../host/pid.mts';
import { root } from '../../host/paths.mts';

const supervisor = join(root, 'host', 'supervisor.mjs');
const node = process.execPath;

/** Code of a command that prints its process ID and keeps running. */
const keepsRunning = 'console.log(process.pid); setInterval(() => {}, 1000)';
/** Code of one that starts another such command. */
const keepsRunningWithChild = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(keepsRunning)}], { stdio: 'inherit' }); ${keepsRunning}`;

async function printedPids(child: ChildProcess, count: number): Promise<number[]> {
	const pids: number[] = [];
	for await (const line of createInterface({ input: child.stdout! }))
		if (pids.push(Number(line)) === count) break;
	return pids;
}

async function untilEnded(pids: number[]): Promise<void> {
	const deadline = Date.now() + 8000;
	while (pids.some(isRunning)) {
		if (Date.now() > deadline) throw new Error(`Still running: ${pids.filter(isRunning).join()}`);
		await sleep(20);
	}
}

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'flux2-child-process-'));
});
afterAll(async () => {
	await stopChildProcesses();
	await rm(folder, { recursive: true });
});

test('a command and everything it has started end when their parent is killed', async () => {
	const args = [supervisor, node, '-e', keepsRunningWithChild];
	const parent = spawn(
		node,
		[
			'-e',
			`require('node:child_process').spawn(process.execPath, ${JSON.stringify(args)}, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })`,
		],
		{ stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const pids = await printedPids(parent, 2);
	expect(pids.every(isRunning)).toBe(true);

	parent.kill('SIGKILL');
	await untilEnded(pids);
});

test('a command ends when its parent, itself a child process, is killed', async () => {
	const module = JSON.stringify(pathToFileURL(join(root, 'host', 'childProcess.mts')));
	const args = JSON.stringify(['-e', keepsRunning]);
	const startsAnother = `import(${module}).then(({ startChildProcess }) => startChildProcess(process.execPath, ${args}, { cwd: '.', env: process.env }))`;
	const logFile = join(folder, 'nested.log');
	const parent = startChildProcess(node, ['--import', 'tsx', '-e', startsAnother], {
		cwd: root,
		env: process.env,
		logFile,
	});
	let output = '';
	while (!output.endsWith('\n')) {
		await sleep(20);
		output = await readFile(logFile, 'utf8');
	}
	const pid = Number(output);
	expect(isRunning(pid)).toBe(true);

	await parent.stop('SIGKILL');
	await untilEnded([pid]);
});

test('Ctrl-C in the terminal does not end a command before its parent decides to', async () => {
	const child = spawn(node, [supervisor, node, '-e', keepsRunning], {
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	});
	const pids = await printedPids(child, 1);

	child.kill('SIGINT');
	await sleep(200);
	expect(pids.every(isRunning)).toBe(true);

	child.send('SIGINT');
	await once(child, 'exit');
	await untilEnded(pids);
});

test('the parent gets the exit code, and the log file gets the output', async () => {
	const logFile = join(folder, 'exited.log');
	const { exited } = startChildProcess(node, ['-e', 'console.log("said"); process.exit(3)'], {
		cwd: folder,
		env: process.env,
		logFile,
	});
	expect(await exited).toBe(3);
	expect(await readFile(logFile, 'utf8')).toBe('said\n');
});

test('stopChildProcesses resolves when no command is running any more', async () => {
	const start = () =>
		startChildProcess(node, ['-e', keepsRunning], {
			cwd: folder,
			env: process.env,
			logFile: join(folder, 'running.log'),
		});
	const exitCodes = Promise.all([start().exited, start().exited]);
	await stopChildProcesses();
	expect(await exitCodes).toEqual([1, 1]);
});
