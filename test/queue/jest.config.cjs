const { join } = require('node:path');
const usual = require('../../jest.config.js');

const [swc] = Object.values(usual.transform);

/**
 * `npm run test:queue`: n8n in several processes, one test after another on the same ones.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...usual,
	rootDir: join(__dirname, '../..'),
	roots: ['host', 'nodes', 'sandbox', 'test/queue'].map((folder) => `<rootDir>/${folder}`),
	testMatch: ['<rootDir>/test/queue/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/'],
	modulePathIgnorePatterns: [],
	transform: { '\\.m?[jt]s$': swc },
	// Published as an ES module only.
	transformIgnorePatterns: ['/node_modules/(?!get-port/)'],
	maxWorkers: 1,
	testTimeout: 180_000,
	verbose: true,
};
