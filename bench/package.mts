import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { packPackage } from '../host/pack.mts';
import { cacheFolder } from '../host/paths.mts';

/** The package as users get it: the file that is published, and a folder it is unpacked into. */
export interface Package {
	tarball: string;
	/** Below this repository, so that n8n-workflow is found. */
	folder: string;
}

/** Packs what is measured, unless this state of it is packed already, and unpacks it anew. */
export async function unpackPackage(): Promise<Package> {
	const tarball = await packPackage();
	const folder = join(cacheFolder, 'bench', 'package');
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	return { tarball, folder };
}

/** Loads what it consists of into this process. */
export function loadPackage(folder: string) {
	const load = createRequire(`${folder}/package.json`);
	const { Flux2 } = load('./dist/nodes/Flux2/Flux2.node.js') as { Flux2: new () => INodeType };
	const { ApiInOneApi } = load('./dist/credentials/ApiInOneApi.credentials.js') as {
		ApiInOneApi: new () => ICredentialType;
	};
	const { clock } = load('./dist/nodes/Flux2/transport/clock.js') as {
		clock: { random: () => number };
	};
	return { Flux2, ApiInOneApi, clock };
}
