import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailed, npm } from './command.mts';
import { isRunning } from './pid.mts';
import { cacheFolder } from './places.mts';
import { PlainFailure } from './plainFailure.mts';
import { step } from './progress.mts';
import versions from './versions.json' with { type: 'json' };

/** An n8n that is ready to be started. */
export interface N8nInstall {
	version: string;
	/** The Node binary that runs it. */
	node: string;
	/** n8n's command, a script for that Node. */
	command: string;
	modules: string;
}

// Without a network npm takes over a minute to say so; this way it is a quarter of one.
const impatient = [
	'--fetch-retries=4',
	'--fetch-retry-factor=2',
	'--fetch-retry-mintimeout=1000',
	'--fetch-retry-maxtimeout=8000',
];

interface Recipe {
	name: string;
	version: string;
	/** What the installed folder and npm's cache take, so that a full disk is named beforehand. */
	gigabytes: number;
	minutes: number;
	/** Packages whose install scripts have to run; all others stay off. */
	build: string[];
	overrides?: Record<string, string>;
}

/**
 * Installs an n8n into `.cache/`, with the Node it runs on, unless it is there already. Only
 * `sqlite3` is built: n8n's other native packages serve nodes that nobody needs here.
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
		// n8n 1.x takes this one from its maker's server, not from the registry.
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
 * Installs a package into a folder that gets its final name last: an interrupted install is never
 * taken for a whole one, and two of them at once do not meet.
 */
async function install(recipe: Recipe): Promise<string> {
	const { name, version } = recipe;
	const folder = join(cacheFolder, `${name}-${version}`);
	const modules = join(folder, 'node_modules');
	if (existsSync(folder)) return modules;

	await mkdir(cacheFolder, { recursive: true });
	await removeAbandoned(`${name}-${version}.partial-`);
	await demandSpace(`${name} ${version}`, recipe.gigabytes);

	const partial = join(cacheFolder, `${name}-${version}.partial-${process.pid}`);
	await mkdir(partial);
	try {
		await writeFile(
			join(partial, 'package.json'),
			JSON.stringify({
				private: true,
				dependencies: { [name]: version },
				overrides: recipe.overrides,
			}),
		);
		const log = (part: string) => join(cacheFolder, 'logs', `${name}-${version}-${part}.log`);
		await step(
			`Installing ${name} ${version} (once, about ${recipe.minutes} ${recipe.minutes === 1 ? 'minute' : 'minutes'})`,
			() =>
				npm(
					['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', ...impatient],
					{
						cwd: partial,
						logFile: log('install'),
					},
				),
		);
		await step(`Preparing ${recipe.build.join(', ')} for this machine`, () =>
			npm(['rebuild', ...recipe.build, '--ignore-scripts=false', '--foreground-scripts'], {
				cwd: partial,
				logFile: log('build'),
			}),
		);
		await rename(partial, folder);
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		if (existsSync(folder)) return modules;
		throw explain(error);
	}
	return modules;
}

async function removeAbandoned(prefix: string): Promise<void> {
	for (const entry of await readdir(cacheFolder)) {
		if (!entry.startsWith(prefix)) continue;
		if (!isRunning(Number(entry.slice(prefix.length))))
			await rm(join(cacheFolder, entry), { recursive: true, force: true });
	}
}

async function demandSpace(what: string, gigabytes: number): Promise<void> {
	const { bavail, bsize } = await statfs(cacheFolder);
	const free = (bavail * bsize) / 1e9;
	if (free < gigabytes)
		throw new PlainFailure(
			`There is too little disk space for ${what}: it needs about ${gigabytes} GB, and ${free.toFixed(1)} GB are free in ${cacheFolder}.`,
		);
}

function explain(error: unknown): unknown {
	if (error instanceof CommandFailed && /node-gyp|gyp ERR/.test(error.output))
		return new PlainFailure(
			`n8n's database driver has no ready binary for this machine and could not be compiled; install Python 3, make and a C++ compiler and try again.\n\n${error.message}`,
		);
	return error;
}
