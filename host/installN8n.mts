import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findInCache, installIntoCache, runInstallScripts } from './cachedInstall.mts';
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

/**
 * Installs an n8n, the Node it runs on and its database driver into `.cache/`, side by side, unless
 * they are there. n8n's other native packages belong to nodes that are not used here.
 *
 * @throws UserFacingError when disk space, the registry or a compiler is missing.
 */
export async function installN8n(version: string): Promise<N8nInstall> {
	const [nodeModules, modules] = await Promise.all([installNode(version), installServer(version)]);
	return {
		version,
		node: join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
		command: join(modules, 'n8n', 'bin', 'n8n'),
		modules,
	};
}

async function installNode(n8nVersion: string): Promise<string> {
	const [major = 0, minor = 0] = n8nVersion.split('.').map(Number);
	return await installIntoCache({
		name: 'node',
		version: major === 1 && minor < 100 ? versions.nodeBefore1_100 : versions.node,
		gigabytes: 0.5,
		complete: async (folder) => await runInstallScripts(folder, 'node'),
	});
}

async function installServer(version: string): Promise<string> {
	const found = findInCache('n8n', version);
	if (found !== undefined) return found;
	const driver = installDriver();
	const [modules] = await Promise.all([
		installIntoCache({
			name: 'n8n',
			version,
			gigabytes: 5,
			remark: 'once, about 5 minutes',
			// n8n 1.x asks for a tarball from outside the registry.
			...(version.startsWith('1.') && { overrides: { xlsx: '0.18.5' } }),
			complete: async (folder) => await addDriver(folder, driver),
		}),
		driver,
	]);
	return modules;
}

/** The driver of n8n's database, which has to be compiled where no prebuilt binary can be downloaded. */
async function installDriver(): Promise<string> {
	return await installIntoCache({
		name: 'sqlite3',
		version: versions.sqlite3,
		gigabytes: 0.1,
		complete: async (folder) =>
			await step('Building sqlite3 for this machine', () => runInstallScripts(folder, 'sqlite3')),
	});
}

/** Gives n8n the driver's binary, if it is of the version that n8n has installed. */
async function addDriver(folder: string, driver: Promise<string>): Promise<void> {
	const own = join(folder, 'node_modules', 'sqlite3');
	const manifest = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as {
		version: string;
	};
	if (manifest.version === versions.sqlite3)
		await cp(join(await driver, 'sqlite3', 'build'), join(own, 'build'), { recursive: true });
	else await step('Building sqlite3 for this n8n', () => runInstallScripts(folder, 'sqlite3'));
}
