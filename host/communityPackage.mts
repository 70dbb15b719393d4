import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { N8nInstall } from './installN8n.mts';

/** The package's name at npm, and the first half of its nodes' type names. */
export const packageName = 'n8n-nodes-flux2';

interface Manifest {
	version: string;
	devDependencies?: object;
	peerDependencies?: object;
}

/**
 * Installs a packed package where n8n installs community packages, with the steps n8n takes when
 * a user installs one in the settings: unpack, remove development dependencies, add it to the list.
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
	await addToPackageList(join(nodes, 'package.json'), manifest.version);
	await linkWorkflowLibrary(userFolder, n8n);
}

async function addToPackageList(file: string, version: string): Promise<void> {
	const list: { dependencies?: Record<string, string> } = existsSync(file)
		? JSON.parse(await readFile(file, 'utf8'))
		: { name: 'installed-nodes', private: true };
	list.dependencies = { ...list.dependencies, [packageName]: version };
	await writeFile(file, JSON.stringify(list, null, 2));
}

/**
 * In a user folder inside this repository, Node would find the repository's own n8n-workflow instead
 * of n8n's, and its error classes are not the same. A link in the user folder leads to n8n's.
 */
async function linkWorkflowLibrary(userFolder: string, n8n: N8nInstall): Promise<void> {
	const link = join(userFolder, 'node_modules', 'n8n-workflow');
	await mkdir(join(userFolder, 'node_modules'), { recursive: true });
	await rm(link, { recursive: true, force: true });
	await symlink(join(n8n.modules, 'n8n-workflow'), link, 'junction');
}
