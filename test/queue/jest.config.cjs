const { join } = require('node:path');
const base = require('../../jest.config.js');

const [swc] = Object.values(base.transform);

/**
 * `npm run test:queue`: n8n in several processes. The tests run one after another, on the same processes.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	rootDir: join(__dirname, '../..'),
	roots: ['host', 'nodes', 'sandbox', 'test/queue'].map((folder) => `<rootDir>/${folder}`),
	testMatch: ['<rootDir>/test/queue/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/'],
	modulePathIgnorePatterns: [],
	transform: { '\\.m?[jt]s$': swc },
	// get-port is published as an ES module only.
	transformIgnorePatterns: ['/node_modules/(?!get-port/)'],
	maxWorkers: 1,
	testTimeout: 180_000,
	verbose: true,
};
