import { join } from 'node:path';
import { stopChildProcesses } from '../host/childProcess.mts';
import { root } from '../host/paths.mts';
import { UserFacingError } from '../host/userFacingError.mts';
import { composeCompatibility } from './compatibility.mts';
import { runJest } from './jest.mts';

export interface JestSuite {
	/** Path of jest's configuration, relative to the repository. */
	config: string;
	args?: string[];
	env?: Record<string, string>;
}

/**
 * Runs a test suite with a jest configuration of its own, and with UPDATE_REPORT=1 updates
 * docs/test-log.md from its results.
 *
 * @param name of jest's report, `.reports/<name>.json`.
 * @param prepare what takes minutes the first time, outside the tests' time limits.
 * @returns the exit code.
 */
export async function runJestSuite(
	name: string,
	prepare: () => Promise<JestSuite>,
): Promise<number> {
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void stopChildProcesses());
	try {
		const { config, args = [], env } = await prepare();
		const exitCode = await runJest(name, ['--config', join(root, config), ...args], { env });
		if (process.env.UPDATE_REPORT) console.log(await composeCompatibility());
		return exitCode;
	} catch (error) {
		if (!(error instanceof UserFacingError)) throw error;
		console.error(`\n${error.message}`);
		return 1;
	}
}
