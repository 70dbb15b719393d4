// `npm run test:e2e`: the packed package in two real n8n, over their own REST API and in a real
// browser. Further arguments go to jest: `npm run test:e2e -- n8n1`. With UPDATE_PICTURES=1 it
// rewrites docs/images, with UPDATE_REPORT=1 docs/compatibility.md.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installN8n } from '../host/install.mts';
import { endLeashed } from '../host/leashed.mts';
import { packPackage } from '../host/pack.mts';
import { root } from '../host/places.mts';
import { PlainFailure } from '../host/plainFailure.mts';
import versions from '../host/versions.json' with { type: 'json' };
import { findChromium } from '../test/e2e/chromium.mts';
import { composeCompatibility } from './compatibility.mts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const report = join(root, '.reports', 'e2e.json');
const folder = await mkdtemp(join(tmpdir(), 'flux2-e2e-'));
let code = 1;
try {
	code = await testAll();
} catch (error) {
	if (!(error instanceof PlainFailure)) throw error;
	console.error(`\n${error.message}`);
} finally {
	// After a Ctrl-C the last n8n may still be ending.
	await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}
process.exit(code);

async function testAll(): Promise<number> {
	await mkdir(join(root, '.reports'), { recursive: true });
	await rm(report, { force: true });
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void endLeashed());
	for (const version of [versions.n8n, versions.n8nLegacy]) await installN8n(version);
	// A copy: who changes the sources meanwhile packs anew, in the same place.
	const tarball = join(folder, 'package.tgz');
	await cp(await packPackage(), tarball);

	const chromium = await findChromium();
	if (chromium === undefined)
		console.log(
			'\nThere is no Chromium here, so the browser part is left out. To get one: `sudo apt-get install chromium` (or name a Chrome in CHROMIUM).\n',
		);
	const exit = await run(
		[
			jest,
			'--config',
			'test/e2e/jest.config.js',
			'--json',
			`--outputFile=${report}`,
			...(chromium === undefined ? ['--testPathIgnorePatterns', '/browser/'] : []),
			...process.argv.slice(2),
		],
		{
			FLUX2_TARBALL: tarball,
			FLUX2_E2E_FOLDER: folder,
			...(chromium === undefined ? {} : { CHROMIUM: chromium }),
		},
	);
	if (process.env.UPDATE_REPORT) console.log(await composeCompatibility());
	return exit;
}

function run(args: string[], env: Record<string, string>): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, args, {
			cwd: root,
			env: { ...process.env, ...env },
			stdio: ['ignore', 'inherit', 'inherit'],
		});
		// What jest has started ends with it, by its leash.
		for (const signal of ['SIGINT', 'SIGTERM'] as const)
			process.on(signal, () => child.kill(signal));
		child.once('error', reject);
		child.once('exit', (exit) => resolve(exit ?? 1));
	});
}
