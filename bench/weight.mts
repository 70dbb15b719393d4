import { execFile } from 'node:child_process';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Package } from './package.mts';
import { median } from './statistics.mts';

const PROCESSES = 41;

/** Row (e): what the package adds to n8n's start. */
export interface WeightRow {
	/** Beyond what n8n-workflow costs, which is loaded already. */
	milliseconds: number;
	processes: number;
	packedKilobytes: number;
}

/** Loads the package as n8n does, in many fresh processes. */
export async function measureWeight({ tarball, folder }: Package): Promise<WeightRow> {
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	// By a link, Node would take n8n-workflow for another one than the package's, and load it twice.
	const real = await realpath(folder);
	const files = [...manifest.n8n.credentials, ...manifest.n8n.nodes].map((file) =>
		join(real, file),
	);
	const script = fileURLToPath(new URL('loadPackage.mjs', import.meta.url));
	const taken: number[] = [];
	for (let process = 0; process < PROCESSES; process++) taken.push(await load(script, files));
	return {
		milliseconds: median(taken),
		processes: PROCESSES,
		packedKilobytes: (await stat(tarball)).size / 1000,
	};
}

async function load(script: string, files: string[]): Promise<number> {
	const { stdout } = await promisify(execFile)(process.execPath, [script, ...files]);
	return Number(stdout);
}
