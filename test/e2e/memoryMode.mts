import { errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { testTwentyCallbacks } from './trigger.mts';
import {
	chain,
	fetchFile,
	flux2,
	hashFile,
	manualTrigger,
	promptItems,
	webhook,
} from './workflowBuilder.mts';

/** What differs when n8n keeps files in memory, as 1.x does by default. */
export function testMemoryMode(n8n: () => N8nInstance): void {
	const titled = (claim: string) => `with files in memory (the default of n8n 1.x): ${claim}`;

	beforeAll(async () => {
		await n8n().server.stop();
		await n8n().start({ N8N_DEFAULT_BINARY_DATA_MODE: 'default' });
	});

	reportedTest(titled('ten prompts become ten images that the next node can read'), async () => {
		const account = await n8n().openAccount('In memory');
		const prompts = Array.from({ length: 10 }, (_, number) => `picture ${number}`);
		const execution = await n8n().runManually(
			chain('In memory', manualTrigger(), promptItems(...prompts), flux2(), hashFile()),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const hashes = outputOf(execution, 'Hash').map(({ json }) => json.sha256);
		expect(new Set(hashes).size).toBe(10);
		return `10 different files; ${account.spending()}`;
	});

	testTwentyCallbacks(
		n8n,
		titled('twenty callbacks at the same time start twenty executions, each with its own image'),
	);

	reportedTest(
		titled('an execution that waits for callbacks resumes with its images'),
		async () => {
			const account = await n8n().openAccount('Waiting in memory', { seconds: () => 4 });
			const workflow = await n8n().publish(
				chain(
					'Waiting in memory',
					webhook('waiting-in-memory', 'onReceived'),
					promptItems('one', 'two', 'three'),
					flux2({ waitFor: 'callback', options: { timeoutSeconds: 600 } }),
					hashFile(),
				),
				account,
			);
			await n8n().callWebhook('waiting-in-memory');
			const [execution] = await n8n().finishedExecutions(workflow, 1);
			expect(execution?.status).toBe('success');
			const hashes = outputOf(execution!, 'Hash').map(({ json }) => json.sha256);
			expect(new Set(hashes).size).toBe(3);
			return `3 different files; ${account.spending()}`;
		},
	);

	reportedTest(
		titled('a file of the input item is refused as a reference image before any request is sent'),
		async () => {
			const account = await n8n().openAccount('Reference in memory');
			const photo = await n8n().runManually(
				chain('Photo', manualTrigger(), promptItems('a brass lamp'), flux2({ download: false })),
				account,
			);
			const execution = await n8n().runManually(
				chain(
					'Reference in memory',
					manualTrigger(),
					fetchFile(String(outputOf(photo)[0]?.json.imageUrl)),
					flux2({
						prompt: 'the lamp on a desk',
						referenceImages: { image: [{ from: 'binary', field: 'data' }] },
					}),
				),
				account,
			);
			expect(execution.status).toBe('error');
			expect(errorOf(execution)?.message).toMatch(/memory/);
			expect(account.sandbox.billing.creates).toBe(1);
			return `"${errorOf(execution)?.message}"; only the photo was requested`;
		},
	);
}
