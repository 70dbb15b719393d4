import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
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

/** Where n8n looks for community packages. */
const nodesFolder = (userFolder: string): string => join(userFolder, '.n8n', 'nodes');

/** Where n8n looks for this package. */
export const packageFolder = (userFolder: string): string =>
	join(nodesFolder(userFolder), 'node_modules', packageName);

/** The version that is installed in a user folder. */
export async function installedVersion(userFolder: string): Promise<string | undefined> {
	const file = join(packageFolder(userFolder), 'package.json');
	if (!existsSync(file)) return undefined;
	return (JSON.parse(await readFile(file, 'utf8')) as Manifest).version;
}

/**
 * Puts a packed package where n8n installs community packages, with the steps n8n takes when a user
 * installs one in the settings: unpack, remove development dependencies, add it to the list. Other
 * packages stay as they are. Returns the version.
 */
export async function addPackage(tarball: string, userFolder: string): Promise<string> {
	const folder = packageFolder(userFolder);
	// n8n loads no package whose name begins with a dot, so it never finds half of one.
	const unpacked = join(nodesFolder(userFolder), 'node_modules', `.${packageName}-${process.pid}`);
	try {
		await mkdir(unpacked, { recursive: true });
		await promisify(execFile)('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
		const manifestFile = join(unpacked, 'package.json');
		const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Manifest;
		delete manifest.devDependencies;
		delete manifest.peerDependencies;
		await writeFile(manifestFile, JSON.stringify(manifest, null, 2));
		await changeList(userFolder, (packages) => (packages[packageName] = manifest.version));
		await rm(folder, { recursive: true, force: true });
		await rename(unpacked, folder);
		return manifest.version;
	} finally {
		await rm(unpacked, { recursive: true, force: true });
	}
}

/** Takes the package out again; other packages stay as they are. */
export async function removePackage(userFolder: string): Promise<void> {
	await changeList(userFolder, (packages) => delete packages[packageName]);
	await rm(packageFolder(userFolder), { recursive: true, force: true });
}

async function changeList(
	userFolder: string,
	change: (packages: Record<string, string>) => void,
): Promise<void> {
	const file = join(nodesFolder(userFolder), 'package.json');
	const list: { dependencies?: Record<string, string> } = existsSync(file)
		? JSON.parse(await readFile(file, 'utf8'))
		: { name: 'installed-nodes', private: true };
	list.dependencies = { ...list.dependencies };
	change(list.dependencies);
	await writeFile(file, JSON.stringify(list, null, 2));
}

/** Installs a packed package into the user folder of an n8n that this project starts. */
export async function installPackage(
	tarball: string,
	userFolder: string,
	n8n: N8nInstall,
): Promise<void> {
	await addPackage(tarball, userFolder);
	await linkWorkflowLibrary(userFolder, n8n);
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
