import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, npm } from './command.mts';
import { cacheFolder } from './paths.mts';
import { isRunning } from './pid.mts';
import { step } from './progress.mts';
import { UserFacingError } from './userFacingError.mts';

const installArgs = [
	'install',
	'--ignore-scripts',
	'--omit=dev',
	'--no-audit',
	'--no-fund',
	// With npm's defaults it takes over a minute to report that there is no network; with these, 15 s.
	'--fetch-retries=4',
	'--fetch-retry-factor=2',
	'--fetch-retry-mintimeout=1000',
	'--fetch-retry-maxtimeout=8000',
];

export interface PackageToInstall {
	name: string;
	version: string;
	/** What the installed folder and npm's cache need; checked before the download. */
	gigabytes: number;
	/** Shown behind the title, e.g. how long it takes. */
	remark?: string;
	overrides?: Record<string, string>;
	/** What has to be done in the folder before it can be used. */
	complete(folder: string): Promise<void>;
}

/**
 * Installs a package into `.cache/`, unless it is there, and returns the path of its `node_modules`.
 * It installs into a temporary folder that is renamed at the end, so that an interrupted
 * installation is never used, and two processes can install at the same time.
 *
 * @throws UserFacingError when disk space or the registry is missing.
 */
export async function installIntoCache(target: PackageToInstall): Promise<string> {
	const { name, version, gigabytes, remark, overrides } = target;
	const id = `${name}-${version}`;
	const found = findInCache(name, version);
	if (found !== undefined) return found;

	await mkdir(cacheFolder, { recursive: true });
	await removeInterrupted(`${id}.partial-`);
	await checkDiskSpace(`${name} ${version}`, gigabytes);

	const partial = join(cacheFolder, `${id}.partial-${process.pid}`);
	await mkdir(partial);
	try {
		const manifest = { private: true, dependencies: { [name]: version }, overrides };
		await writeFile(join(partial, 'package.json'), JSON.stringify(manifest));
		await step(`Installing ${name} ${version}${remark ? ` (${remark})` : ''}`, () =>
			npm(installArgs, { cwd: partial, logFile: logFile(`${id}-install`) }),
		);
		await target.complete(partial);
		await rename(partial, join(cacheFolder, id));
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		// Another process may have been faster.
		if (findInCache(name, version) === undefined) throw error;
	}
	return join(cacheFolder, id, 'node_modules');
}

/** The `node_modules` of a package that has been installed into `.cache/`. */
export function findInCache(name: string, version: string): string | undefined {
	const folder = join(cacheFolder, `${name}-${version}`);
	return existsSync(folder) ? join(folder, 'node_modules') : undefined;
}

/**
 * Runs the install scripts of one package, and of no other.
 *
 * @throws UserFacingError when a compiler is needed and missing.
 */
export async function runInstallScripts(folder: string, name: string): Promise<void> {
	const args = ['rebuild', name, '--ignore-scripts=false', '--foreground-scripts'];
	try {
		await npm(args, { cwd: folder, logFile: logFile(`${name}-build`) });
	} catch (error) {
		if (!(error instanceof CommandError) || !/node-gyp|gyp ERR/.test(error.output)) throw error;
		throw new UserFacingError(
			`There is no prebuilt binary of n8n's database driver for this machine, and it could not be compiled; install Python 3, make and a C++ compiler and try again.\n\n${error.message}`,
		);
	}
}

const logFile = (name: string): string => join(cacheFolder, 'logs', `${name}.log`);

async function removeInterrupted(prefix: string): Promise<void> {
	for (const entry of await readdir(cacheFolder)) {
		if (!entry.startsWith(prefix)) continue;
		if (!isRunning(Number(entry.slice(prefix.length))))
			await rm(join(cacheFolder, entry), { recursive: true, force: true });
	}
}

async function checkDiskSpace(what: string, gigabytes: number): Promise<void> {
	const { bavail, bsize } = await statfs(cacheFolder);
	const free = (bavail * bsize) / 1e9;
	if (free < gigabytes)
		throw new UserFacingError(
			`There is not enough disk space for ${what}: it needs about ${gigabytes} GB, and ${free.toFixed(1)} GB are free in ${cacheFolder}.`,
		);
}
