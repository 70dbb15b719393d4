import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startChildProcess } from '../host/childProcess.mts';
import { root } from '../host/paths.mts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/**
 * Runs jest as a child process and returns its exit code. This process's arguments are passed on.
 *
 * @param name of jest's report, `.reports/<name>.json`.
 */
export async function runJest(
	name: string,
	args: string[],
	{ env, logFile }: { env?: Record<string, string>; logFile?: string } = {},
): Promise<number> {
	const report = join(root, '.reports', `${name}.json`);
	await mkdir(join(root, '.reports'), { recursive: true });
	await rm(report, { force: true });
	return await startChildProcess(
		process.execPath,
		[jest, ...args, '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
		{ cwd: root, env: { ...process.env, ...env }, logFile },
	).exited;
}
