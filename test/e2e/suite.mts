import { testAgent } from './agent.mts';
import { testCallbackSettings } from './callbackSettings.mts';
import { testCredential } from './credential.mts';
import { testExamples } from './examples.mts';
import { testFailures } from './failures.mts';
import { testGenerate } from './generate.mts';
import { testImageLibrary } from './imageLibrary.mts';
import { testMemoryMode } from './memoryMode.mts';
import { N8nInstance } from './n8nInstance.mts';
import { writeReport } from './reportedTest.mts';
import { testRecipe } from './recipe.mts';
import { testRetries } from './retries.mts';
import { testSecrets } from './secrets.mts';
import { testTrigger } from './trigger.mts';
import { earlierPackage, testUpgrade } from './upgrade.mts';
import { testTimeLimit, testWaiting } from './waiting.mts';

/**
 * Everything that has to work in one version of n8n.
 *
 * @param order the position of the report's section in docs/test-log.md.
 */
export function testN8n(version: string, order: number): void {
	const isLegacy = version.startsWith('1.');
	let n8n: N8nInstance;
	const current = () => n8n;

	beforeAll(async () => {
		n8n = await N8nInstance.open(
			version,
			earlierPackage,
			// n8n 1.x keeps files in memory by default, where the service cannot download them.
			isLegacy ? { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' } : {},
		);
	});

	afterAll(async () => {
		writeReport(`n8n-${version}`, {
			order,
			title: `n8n ${version}`,
			environment: {
				n8n: `${version}, one process, installed from npm with Node ${process.env.FLUX2_NODE ?? '24'}`,
				Package: 'packed, then installed as a community package in the user folder',
				Database: "SQLite, n8n's default",
				'Binary mode': isLegacy ? 'filesystem (set)' : "filesystem (n8n's default)",
			},
		});
		await n8n?.close();
	});

	const timeLimit = testTimeLimit(current);
	const callbackSettings = testCallbackSettings(current, isLegacy);
	describe('an update of the package', () => testUpgrade(current));
	describe('the credential', () => {
		// These last for minutes, so they start here and are verified with the waiting executions.
		beforeAll(async () => {
			await timeLimit.start();
			await callbackSettings.start();
		});
		testCredential(current);
	});
	describe('the examples', () => testExamples(current));
	describe('the Flux 2 node', () => testGenerate(current));
	describe('the documentation', () => testRecipe(current));
	describe('the Flux 2 Trigger', () => testTrigger(current));
	describe('failures', () => testFailures(current));
	describe('retries', () => testRetries(current, isLegacy));
	describe('an AI agent', () => testAgent(current));
	describe('waiting executions', () => {
		callbackSettings.verify();
		timeLimit.verify();
		testWaiting(current);
	});
	describe('the image library', () => testImageLibrary(current));
	if (isLegacy) describe('files in memory', () => testMemoryMode(current));
	describe('the API key', () => testSecrets(current));
}
