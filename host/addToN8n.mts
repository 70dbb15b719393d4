// `npm run add-to-n8n -- <user folder>`: puts the package into an existing n8n, or takes it out again.
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
	addPackage,
	installedVersion,
	packageFolder,
	packageName,
	removePackage,
} from './communityPackage.mts';
import { dockerLines } from './dockerLines.mts';
import { packPackage } from './pack.mts';
import { UserFacingError } from './userFacingError.mts';
import { findUserFolder } from './userFolder.mts';

const usage = `Usage:
  npm run add-to-n8n -- <user folder>             installs the Flux 2 nodes into an n8n
  npm run add-to-n8n -- --remove <user folder>    uninstalls them
  npm run add-to-n8n -- --docker <container>      prints the commands for n8n's Docker image

The user folder is the folder that contains .n8n, usually your home folder (~).`;

try {
	console.log(await run(process.argv.slice(2)));
} catch (error) {
	console.error(`\n${messageOf(error)}`);
	process.exitCode = 1;
}

async function run(args: string[]): Promise<string> {
	const { remove, docker, path } = parse(args);
	if (docker) return dockerLines(path, remove ? undefined : await packPackage());
	// npm starts its scripts in the repository, wherever it was called.
	const userFolder = findUserFolder(resolve(process.env.INIT_CWD ?? '.', path));
	return remove ? await removeFrom(userFolder) : await addTo(userFolder);
}

function parse(args: string[]): { remove: boolean; docker: boolean; path: string } {
	try {
		const { values, positionals } = parseArgs({
			args,
			allowPositionals: true,
			options: { remove: { type: 'boolean' }, docker: { type: 'boolean' } },
		});
		const [path, ...others] = positionals;
		if (path !== undefined && others.length === 0)
			return { remove: values.remove === true, docker: values.docker === true, path };
	} catch {
		// An unknown option.
	}
	throw new UserFacingError(usage);
}

async function addTo(userFolder: string): Promise<string> {
	const earlier = await installedVersion(userFolder);
	const version = await addPackage(await packPackage(), userFolder);
	const what =
		earlier === undefined
			? `Installed ${packageName} ${version} in`
			: `Replaced ${packageName} ${earlier} with ${version} in`;
	return `
${what} ${packageFolder(userFolder)}.
Other community packages were not changed.

Restart n8n. Then search for "Flux 2" in the nodes panel.`;
}

async function removeFrom(userFolder: string): Promise<string> {
	const version = await installedVersion(userFolder);
	if (version === undefined)
		throw new UserFacingError(`${packageName} is not installed in ${userFolder}.`);
	await removePackage(userFolder);
	return `
Removed ${packageName} ${version} from ${packageFolder(userFolder)}.
Other community packages, workflows and credentials were not changed.

Restart n8n.`;
}

function messageOf(error: unknown): string {
	if (error instanceof UserFacingError) return error.message;
	const { code, path = '', message, stack } = error as NodeJS.ErrnoException;
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
		return `There is no permission to write to ${dirname(path)}. Run this command as the user that runs n8n.`;
	return stack ?? message;
}
