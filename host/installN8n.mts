import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, npm } from './command.mts';
import { isRunning } from './pid.mts';
import { cacheFolder } from './paths.mts';
import { UserFacingError } from './userFacingError.mts';
import { step } from './progress.mts';
import versions from './versions.json' with { type: 'json' };

/** An installed n8n. */
export interface N8nInstall {
	version: string;
	/** The Node binary that runs it. */
	node: string;
	/** n8n's command, a script for that Node. */
	command: string;
	modules: string;
}

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

interface PackageToInstall {
	name: string;
	version: string;
	/** What the installed folder and npm's cache need; checked before the download. */
	gigabytes: number;
	minutes: number;
	/** The only packages whose install scripts run. */
	build: string[];
	overrides?: Record<string, string>;
}

/**
 * Installs an n8n and the Node it runs on into `.cache/`, unless they are there. Only `sqlite3` is
 * built: n8n's other native packages belong to nodes that are not used here.
 *
 * @throws UserFacingError when disk space, the registry or a compiler is missing.
 */
export async function installN8n(version: string): Promise<N8nInstall> {
	const nodeModules = await install({
		name: 'node',
		version: versions.node,
		gigabytes: 0.5,
		minutes: 1,
		build: ['node'],
	});
	const modules = await install({
		name: 'n8n',
		version,
		gigabytes: 5,
		minutes: 5,
		build: ['sqlite3'],
		// n8n 1.x asks for a tarball from outside the registry.
		...(version.startsWith('1.') && { overrides: { xlsx: '0.18.5' } }),
	});
	return {
		version,
		node: join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
		command: join(modules, 'n8n', 'bin', 'n8n'),
		modules,
	};
}

/**
 * Installs into a temporary folder that is renamed at the end, so that an interrupted install is
 * never used, and two processes can install at the same time. Returns the path of `node_modules`.
 */
async function install(target: PackageToInstall): Promise<string> {
	const { name, version, gigabytes, minutes, build, overrides } = target;
	const folder = join(cacheFolder, `${name}-${version}`);
	const modules = join(folder, 'node_modules');
	if (existsSync(folder)) return modules;

	await mkdir(cacheFolder, { recursive: true });
	await removeInterrupted(`${name}-${version}.partial-`);
	await checkDiskSpace(`${name} ${version}`, gigabytes);

	const partial = join(cacheFolder, `${name}-${version}.partial-${process.pid}`);
	await mkdir(partial);
	try {
		await writeFile(
			join(partial, 'package.json'),
			JSON.stringify({ private: true, dependencies: { [name]: version }, overrides }),
		);
		const options = (part: string) => ({
			cwd: partial,
			logFile: join(cacheFolder, 'logs', `${name}-${version}-${part}.log`),
		});
		await step(
			`Installing ${name} ${version} (once, about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
			() => npm(installArgs, options('install')),
		);
		await step(`Building ${build.join(', ')} for this machine`, () =>
			npm(
				['rebuild', ...build, '--ignore-scripts=false', '--foreground-scripts'],
				options('build'),
			),
		);
		await rename(partial, folder);
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		if (existsSync(folder)) return modules;
		throw explain(error);
	}
	return modules;
}

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

function explain(error: unknown): unknown {
	if (error instanceof CommandError && /node-gyp|gyp ERR/.test(error.output))
		return new UserFacingError(
			`There is no prebuilt binary of n8n's database driver for this machine, and it could not be compiled; install Python 3, make and a C++ compiler and try again.\n\n${error.message}`,
		);
	return error;
}
