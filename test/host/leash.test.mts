import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLeashed, startLeashed } from '../../host/leashed.mts';
import { isRunning } from '../../host/pid.mts';
import { root } from '../../host/places.mts';

const leash = join(root, 'host', 'leash.mjs');
const node = process.execPath;

/** A command that names itself and stays. */
const stays = 'console.log(process.pid); setInterval(() => {}, 1000)';
/** One that starts another such command. */
const staysWithChild = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stays)}], { stdio: 'inherit' }); ${stays}`;

async function pidsOf(owner: ChildProcess, count: number): Promise<number[]> {
	const pids: number[] = [];
	for await (const line of createInterface({ input: owner.stdout! }))
		if (pids.push(Number(line)) === count) break;
	return pids;
}

async function untilGone(pids: number[]): Promise<void> {
	const deadline = Date.now() + 8000;
	while (pids.some(isRunning)) {
		if (Date.now() > deadline) throw new Error(`Still running: ${pids.filter(isRunning).join()}`);
		await sleep(20);
	}
}

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'flux2-leash-'));
});
afterAll(async () => {
	await endLeashed();
	await rm(folder, { recursive: true });
});

test('a command and all it has started end when their owner is killed', async () => {
	const args = [leash, node, '-e', staysWithChild];
	const owner = spawn(
		node,
		[
			'-e',
			`require('node:child_process').spawn(process.execPath, ${JSON.stringify(args)}, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })`,
		],
		{ stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const pids = await pidsOf(owner, 2);
	expect(pids.every(isRunning)).toBe(true);

	owner.kill('SIGKILL');
	await untilGone(pids);
});

test('Ctrl-C in the terminal leaves the decision to the owner', async () => {
	const leashed = spawn(node, [leash, node, '-e', stays], {
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	});
	const pids = await pidsOf(leashed, 1);

	leashed.kill('SIGINT');
	await sleep(200);
	expect(pids.every(isRunning)).toBe(true);

	leashed.send('SIGINT');
	await once(leashed, 'exit');
	await untilGone(pids);
});

test('the owner learns the exit code and finds the output in the log', async () => {
	const logFile = join(folder, 'ended.log');
	const { exited } = startLeashed(node, ['-e', 'console.log("said"); process.exit(3)'], {
		cwd: folder,
		env: process.env,
		logFile,
	});
	expect(await exited).toBe(3);
	expect(await readFile(logFile, 'utf8')).toBe('said\n');
});

test('endLeashed resolves when nothing runs any more', async () => {
	const start = () =>
		startLeashed(node, ['-e', stays], {
			cwd: folder,
			env: process.env,
			logFile: join(folder, 'stays.log'),
		});
	const codes = Promise.all([start().exited, start().exited]);
	await endLeashed();
	expect(await codes).toEqual([1, 1]);
});
