// `npm run test:e2e`: the packed package in two real n8n, over their own REST API and in a real
// browser. Further arguments go to jest: `npm run test:e2e -- n8n1`. With UPDATE_PICTURES=1 it
// rewrites docs/images, with UPDATE_REPORT=1 docs/test-log.md.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installN8n } from '../host/installN8n.mts';
import { packPackage } from '../host/pack.mts';
import versions from '../host/versions.json' with { type: 'json' };
import { findChromium } from '../test/e2e/chromium.mts';
import { type JestSuite, runJestSuite } from './jestSuite.mts';

const folder = await mkdtemp(join(tmpdir(), 'flux2-e2e-'));
let code = 1;
try {
	code = await runJestSuite('e2e', prepare);
} finally {
	// After Ctrl-C the last n8n may still be shutting down.
	await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}
process.exit(code);

async function prepare(): Promise<JestSuite> {
	for (const version of [versions.n8n, versions.n8nLegacy]) await installN8n(version);
	// A copy, because a change of the sources during the run may lead to a new tarball.
	const tarball = join(folder, 'package.tgz');
	await cp(await packPackage(), tarball);
	const chromium = await findChromium();
	if (chromium === undefined)
		console.log(
			'\nNo Chromium was found, so the browser tests are skipped. Install it (`sudo apt-get install chromium`) or set CHROMIUM to the path of a Chrome.\n',
		);
	return {
		config: 'test/e2e/jest.config.js',
		args: chromium === undefined ? ['--testPathIgnorePatterns', '/browser/'] : [],
		env: {
			FLUX2_TARBALL: tarball,
			FLUX2_E2E_FOLDER: folder,
			...(chromium === undefined ? {} : { CHROMIUM: chromium }),
		},
	};
}
