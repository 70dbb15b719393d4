import { readFile, statfs } from 'node:fs/promises';
import { startLeashed } from './leashed.mts';
import { PlainFailure } from './plainFailure.mts';

export class CommandFailed extends Error {
	override name = 'CommandFailed';

	constructor(
		readonly commandLine: string,
		readonly output: string,
	) {
		super(`${commandLine} failed:\n${output.trim().slice(-3000)}`);
	}
}

/** Runs a command to its end and returns what it wrote. */
export async function run(
	command: string,
	args: string[],
	{ cwd, logFile }: { cwd: string; logFile: string },
): Promise<string> {
	const { exited } = startLeashed(command, args, { cwd, logFile, env: process.env });
	const code = await exited;
	const output = await readFile(logFile, 'utf8');
	if (code !== 0) throw new CommandFailed([command, ...args].join(' '), output);
	return output;
}

/**
 * How npm is started. It names itself to the scripts it runs, and running that file with Node needs
 * no shell, on Windows too.
 */
export function npmCommand(): [command: string, ...args: string[]] {
	const self = process.env.npm_execpath;
	return self?.endsWith('.js') ? [process.execPath, self] : ['npm'];
}

/** Runs npm, and turns the two failures that are nobody's bug into one sentence each. */
export async function npm(
	args: string[],
	options: { cwd: string; logFile: string },
): Promise<string> {
	const [command, ...first] = npmCommand();
	try {
		return await run(command, [...first, ...args], options);
	} catch (error) {
		if (!(error instanceof CommandFailed)) throw error;
		if (/ENOSPC/.test(error.output) || (await isFull(options.cwd)))
			throw new PlainFailure(`The disk is full; free some space and try again (${options.cwd}).`);
		if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH/.test(error.output))
			throw new PlainFailure(
				`The npm registry cannot be reached; check the network or npm's proxy settings and try again (details: ${options.logFile}).`,
			);
		throw error;
	}
}

/** On a full disk the log, too, may lack npm's last words. */
async function isFull(folder: string): Promise<boolean> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize < 20e6;
}
