const base = require('../../jest.config');

/** A real n8n, in real time: two lines of it side by side, one file each. */
module.exports = {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/'],
	// get-port comes as an ES module only.
	transform: { '\\.m?[tj]s$': Object.values(base.transform)[0] },
	transformIgnorePatterns: ['/node_modules/(?!get-port/)'],
	testTimeout: 180_000,
	maxWorkers: 2,
	verbose: true,
};
