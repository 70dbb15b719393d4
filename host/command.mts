import { readFile, statfs } from 'node:fs/promises';
import { startChildProcess } from './childProcess.mts';
import { UserFacingError } from './userFacingError.mts';

export class CommandError extends Error {
	override name = 'CommandError';

	constructor(
		readonly commandLine: string,
		readonly output: string,
	) {
		super(`${commandLine} failed:\n${output.trim().slice(-3000)}`);
	}
}

/**
 * Runs a command until it exits and returns its output.
 *
 * @throws CommandError when the exit code is not 0.
 */
export async function run(
	command: string,
	args: string[],
	{ cwd, logFile }: { cwd: string; logFile: string },
): Promise<string> {
	const { exited } = startChildProcess(command, args, { cwd, logFile, env: process.env });
	const code = await exited;
	const output = await readFile(logFile, 'utf8');
	if (code !== 0) throw new CommandError([command, ...args].join(' '), output);
	return output;
}

/**
 * The command that starts npm. npm tells the scripts it runs where its own file is; started by Node,
 * that file needs no shell, not even on Windows.
 */
export function npmCommand(): [command: string, ...args: string[]] {
	const file = process.env.npm_execpath;
	return file?.endsWith('.js') ? [process.execPath, file] : ['npm'];
}

/** Runs npm; a full disk and a registry that cannot be reached become one plain sentence each. */
export async function npm(
	args: string[],
	options: { cwd: string; logFile: string },
): Promise<string> {
	const [command, ...npmFile] = npmCommand();
	try {
		return await run(command, [...npmFile, ...args], options);
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		if (/ENOSPC/.test(error.output) || (await isFull(options.cwd)))
			throw new UserFacingError(
				`The disk is full; free some space and try again (${options.cwd}).`,
			);
		if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH/.test(error.output))
			throw new UserFacingError(
				`The npm registry cannot be reached; check the network or npm's proxy settings and try again (details: ${options.logFile}).`,
			);
		throw error;
	}
}

/** On a full disk the log may lack npm's error message too. */
async function isFull(folder: string): Promise<boolean> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize < 20e6;
}
