import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './command.mts';
import { cacheFolder, root } from './places.mts';
import { step } from './progress.mts';

const keptForMs = 24 * 60 * 60 * 1000;

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

	await mkdir(folder, { recursive: true });
	await removeOld(folder);
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

/** Not all but the newest: another process may be about to unpack an older one. */
async function removeOld(folder: string): Promise<void> {
	for (const entry of await readdir(folder)) {
		const path = join(folder, entry);
		if (Date.now() - (await stat(path)).mtimeMs > keptForMs)
			await rm(path, { recursive: true, force: true });
	}
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
