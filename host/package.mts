import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
	mkdir,
	mkdtemp,
	readFile,
	readdir,
	rename,
	rm,
	symlink,
	writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npm } from './command.mts';
import type { N8nInstall } from './install.mts';
import { cacheFolder, root } from './places.mts';
import { step } from './progress.mts';

/** The package's name at npm, which is the first half of its nodes' type names. */
export const packageName = 'n8n-nodes-flux2';

// All that decides what the tarball holds.
const sources = [
	'credentials',
	'nodes',
	'gulpfile.js',
	'LICENSE',
	'package.json',
	'README.md',
	'tsconfig.json',
];

/** Builds and packs the package as it would be published, unless this state of it is packed already. */
export async function packPackage(): Promise<string> {
	const folder = join(cacheFolder, 'package');
	const tarball = join(folder, `${await hashOfSources()}.tgz`);
	if (existsSync(tarball)) return tarball;

	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const logFile = join(cacheFolder, 'logs', 'package.log');
	await step('Building and packing the Flux 2 package', async () => {
		await npm(['run', 'build'], { cwd: root, logFile });
		const scratch = await mkdtemp(join(folder, 'pack-'));
		await npm(['pack', '--pack-destination', scratch], { cwd: root, logFile });
		const [packed] = await readdir(scratch);
		if (packed === undefined) throw new Error(`npm pack wrote no file; see ${logFile}`);
		await rename(join(scratch, packed), tarball);
		await rm(scratch, { recursive: true });
	});
	return tarball;
}

async function hashOfSources(): Promise<string> {
	const hash = createHash('sha256');
	for (const source of sources) await addToHash(source);
	return hash.digest('hex').slice(0, 16);

	async function addToHash(path: string): Promise<void> {
		const full = join(root, path);
		if (!existsSync(full)) return;
		const entries = await readdir(full).catch(() => undefined);
		if (entries === undefined) {
			hash.update(`${path}\0`).update(await readFile(full));
			return;
		}
		for (const entry of entries.sort()) await addToHash(`${path}/${entry}`);
	}
}

interface Manifest {
	version: string;
	devDependencies?: object;
	peerDependencies?: object;
}

/**
 * Puts a packed package where n8n puts a community package, in the same steps as n8n does when
 * somebody installs it in the settings: unpack, drop what only development needs, list it.
 */
export async function installPackage(
	tarball: string,
	userFolder: string,
	n8n: N8nInstall,
): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const folder = join(nodes, 'node_modules', packageName);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);

	const manifestFile = join(folder, 'package.json');
	const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Manifest;
	delete manifest.devDependencies;
	delete manifest.peerDependencies;
	await writeFile(manifestFile, JSON.stringify(manifest, null, 2));
	await listPackage(join(nodes, 'package.json'), manifest.version);
	await linkWorkflowLibrary(userFolder, n8n);
}

async function listPackage(file: string, version: string): Promise<void> {
	const list: { dependencies?: Record<string, string> } = existsSync(file)
		? JSON.parse(await readFile(file, 'utf8'))
		: { name: 'installed-nodes', private: true };
	list.dependencies = { ...list.dependencies, [packageName]: version };
	await writeFile(file, JSON.stringify(list, null, 2));
}

/**
 * A user folder inside this repository lies below the repository's own node_modules, where Node
 * would find another n8n-workflow than n8n's, with other error classes in it. One link in between
 * leads to n8n's.
 */
async function linkWorkflowLibrary(userFolder: string, n8n: N8nInstall): Promise<void> {
	const link = join(userFolder, 'node_modules', 'n8n-workflow');
	await mkdir(join(userFolder, 'node_modules'), { recursive: true });
	await rm(link, { recursive: true, force: true });
	await symlink(join(n8n.modules, 'n8n-workflow'), link, 'junction');
}
