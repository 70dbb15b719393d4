import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endLeashed } from '../host/leashed.mts';
import { root } from '../host/places.mts';
import { PlainFailure } from '../host/plainFailure.mts';
import { composeCompatibility } from './compatibility.mts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

const signals = ['SIGINT', 'SIGTERM'] as const;

export interface JestSuite {
	/** Seen from the repository. */
	config: string;
	args?: string[];
	env?: Record<string, string>;
}

/**
 * Runs a suite of jest in a process of its own, then, with UPDATE_REPORT=1, rewrites
 * docs/compatibility.md of what it has left. Further arguments of this process go to jest.
 *
 * @param name of its report, `.reports/<name>.json`.
 * @param prepare what takes minutes the first time, before the clock of any test runs.
 * @returns the exit code.
 */
export async function runJestSuite(
	name: string,
	prepare: () => Promise<JestSuite>,
): Promise<number> {
	const report = join(root, '.reports', `${name}.json`);
	await mkdir(join(root, '.reports'), { recursive: true });
	await rm(report, { force: true });
	for (const signal of signals) process.once(signal, () => void endLeashed());
	try {
		const exit = await runJest(await prepare(), report);
		if (process.env.UPDATE_REPORT) console.log(await composeCompatibility());
		return exit;
	} catch (error) {
		if (!(error instanceof PlainFailure)) throw error;
		console.error(`\n${error.message}`);
		return 1;
	}
}

function runJest({ config, args = [], env }: JestSuite, report: string): Promise<number> {
	const reported = ['--json', `--outputFile=${report}`];
	return new Promise((resolve, reject) => {
		const child = spawn(
			process.execPath,
			[jest, '--config', join(root, config), ...args, ...reported, ...process.argv.slice(2)],
			{ cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] },
		);
		// What jest has started ends with it, by its leash.
		for (const signal of signals) process.on(signal, () => child.kill(signal));
		child.once('error', reject);
		child.once('exit', (exit) => resolve(exit ?? 1));
	});
}
