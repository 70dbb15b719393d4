import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packPackage } from '../host/pack.mts';
import { cacheFolder } from '../host/places.mts';

/** The package as users get it: the file that is published, and a folder it is unpacked into. */
export interface Package {
	tarball: string;
	/** Below this repository, so that n8n-workflow is found. */
	folder: string;
}

/** Packs what is measured, unless this state of it is packed already, and unpacks it anew. */
export async function openPackage(): Promise<Package> {
	const tarball = await packPackage();
	const folder = join(cacheFolder, 'bench', 'package');
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	return { tarball, folder };
}
