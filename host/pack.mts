import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { npm } from './command.mts';
import { cacheFolder, root } from './paths.mts';
import { step } from './progress.mts';

const maxAgeMs = 24 * 60 * 60 * 1000;

// Everything that the content of the tarball depends on.
const sources = [
	'credentials',
	'nodes',
	'gulpfile.js',
	'LICENSE',
	'package.json',
	'README.md',
	'tsconfig.json',
];

/** Builds and packs the package as it is published, unless a tarball of these sources exists. Returns its path. */
export async function packPackage(): Promise<string> {
	const folder = join(cacheFolder, 'package');
	const tarball = join(folder, `${await hashOfSources()}.tgz`);
	if (existsSync(tarball)) return tarball;

	await mkdir(folder, { recursive: true });
	await removeOld(folder);
	const logFile = join(cacheFolder, 'logs', 'package.log');
	await step('Building and packing the Flux 2 package', async () => {
		await npm(['run', 'build'], { cwd: root, logFile });
		const temporary = await mkdtemp(join(folder, 'pack-'));
		await npm(['pack', '--pack-destination', temporary], { cwd: root, logFile });
		const [packed] = await readdir(temporary);
		if (packed === undefined) throw new Error(`npm pack wrote no file; see ${logFile}`);
		await rename(join(temporary, packed), tarball);
		await rm(temporary, { recursive: true });
	});
	return tarball;
}

/** Keeps recent ones: another process may be about to unpack one of them. */
async function removeOld(folder: string): Promise<void> {
	for (const entry of await readdir(folder)) {
		const path = join(folder, entry);
		if (Date.now() - (await stat(path)).mtimeMs > maxAgeMs)
			await rm(path, { recursive: true, force: true });
	}
}

async function hashOfSources(): Promise<string> {
	const hash = createHash('sha256');
	for (const file of (await glob(sources, { cwd: root })).sort())
		hash.update(`${file}\0`).update(await readFile(join(root, file)));
	return hash.digest('hex').slice(0, 16);
}
