// `npm run test:queue`: the package in n8n's own distributed engine. Further arguments go to jest:
// `npm run test:queue -- -t Redis`. With UPDATE_REPORT=1 it rewrites docs/test-log.md.
import { installN8n } from '../host/installN8n.mts';
import { packPackage } from '../host/pack.mts';
import versions from '../host/versions.json' with { type: 'json' };
import { runJestSuite } from './jestSuite.mts';

const code = await runJestSuite('queue', async () => {
	for (const version of [versions.n8n, versions.n8nLegacy]) await installN8n(version);
	await packPackage();
	return { config: 'test/queue/jest.config.cjs' };
});
process.exit(code);
