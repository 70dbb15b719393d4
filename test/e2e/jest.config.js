const base = require('../../jest.config');

/** Tests against running n8n servers. The two supported versions run in parallel, one file each. */
module.exports = {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/'],
	// get-port is published as an ES module only.
	transform: { '\\.m?[tj]s$': Object.values(base.transform)[0] },
	transformIgnorePatterns: ['/node_modules/(?!get-port/)'],
	testTimeout: 180_000,
	maxWorkers: 2,
	verbose: true,
};
