import { execFile } from 'node:child_process';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from 'simple-statistics';
import type { Package } from './package.mts';
import { type ResultLine, target } from './resultLine.mts';

const PROCESSES = 41;

/** Row (e): what the package adds to n8n's start. */
export interface FootprintRow {
	/** Without n8n-workflow, which n8n has loaded already. */
	milliseconds: number;
	processes: number;
	packedKilobytes: number;
}

/** Loads the package as n8n does, in many fresh processes. */
export async function measureFootprint({ tarball, folder }: Package): Promise<FootprintRow> {
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	// Through a symbolic link, Node would load n8n-workflow a second time.
	const real = await realpath(folder);
	const files = [...manifest.n8n.credentials, ...manifest.n8n.nodes].map((file) =>
		join(real, file),
	);
	const script = fileURLToPath(new URL('loadPackage.mjs', import.meta.url));
	const milliseconds: number[] = [];
	for (let process = 0; process < PROCESSES; process++)
		milliseconds.push(await loadTime(script, files));
	return {
		milliseconds: median(milliseconds),
		processes: PROCESSES,
		packedKilobytes: (await stat(tarball)).size / 1000,
	};
}

async function loadTime(script: string, files: string[]): Promise<number> {
	const { stdout } = await promisify(execFile)(process.execPath, [script, ...files]);
	return Number(stdout);
}

export const footprintLines = ({
	milliseconds,
	processes,
	packedKilobytes,
}: FootprintRow): ResultLine[] => [
	[
		'e',
		'Loading the package, beyond n8n-workflow',
		`${milliseconds.toFixed(1)} ms (median of ${processes} processes)`,
		...target('≤ 10 ms', milliseconds <= 10),
	],
	['e', 'Packed size', `${packedKilobytes.toFixed(1)} kB`],
];
