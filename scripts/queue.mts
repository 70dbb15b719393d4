// `npm run test:queue`: the package in n8n's own distributed engine. Further arguments go to jest:
// `npm run test:queue -- -t Redis`.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installN8n } from '../host/install.mts';
import { packPackage } from '../host/pack.mts';
import { root } from '../host/places.mts';
import versions from '../host/versions.json' with { type: 'json' };

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const report = join(root, '.reports', 'queue.json');

await mkdir(join(root, '.reports'), { recursive: true });
await rm(report, { force: true });
// What takes minutes the first time, before the clock of any test runs.
await installN8n(versions.n8n);
await packPackage();

const config = join(root, 'test', 'queue', 'jest.config.cjs');
const args = ['--config', config, '--json', `--outputFile=${report}`, ...process.argv.slice(2)];
const child = spawn(process.execPath, [jest, ...args], { cwd: root, stdio: 'inherit' });
// What the tests have started is on a leash, and ends with them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(signal, () => void child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
