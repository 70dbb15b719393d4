// `npm run test:queue`: the package in n8n's own distributed engine. Further arguments go to jest:
// `npm run test:queue -- -t Redis`. With UPDATE_REPORT=1 it rewrites docs/compatibility.md.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installN8n } from '../host/install.mts';
import { endLeashed } from '../host/leashed.mts';
import { packPackage } from '../host/pack.mts';
import { root } from '../host/places.mts';
import { PlainFailure } from '../host/plainFailure.mts';
import versions from '../host/versions.json' with { type: 'json' };
import { composeCompatibility } from './compatibility.mts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const report = join(root, '.reports', 'queue.json');

let code = 1;
try {
	code = await testAll();
} catch (error) {
	if (!(error instanceof PlainFailure)) throw error;
	console.error(`\n${error.message}`);
}
process.exit(code);

async function testAll(): Promise<number> {
	await mkdir(join(root, '.reports'), { recursive: true });
	await rm(report, { force: true });
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void endLeashed());
	// What takes minutes the first time, before the clock of any test runs.
	await installN8n(versions.n8n);
	await packPackage();
	const exit = await runJest();
	if (process.env.UPDATE_REPORT) console.log(await composeCompatibility());
	return exit;
}

function runJest(): Promise<number> {
	const config = join(root, 'test', 'queue', 'jest.config.cjs');
	const args = ['--config', config, '--json', `--outputFile=${report}`, ...process.argv.slice(2)];
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [jest, ...args], {
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
		});
		// What jest has started ends with it, by its leash.
		for (const signal of ['SIGINT', 'SIGTERM'] as const)
			process.on(signal, () => child.kill(signal));
		child.once('error', reject);
		child.once('exit', (exit) => resolve(exit ?? 1));
	});
}
