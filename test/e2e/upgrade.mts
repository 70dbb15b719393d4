import { fileURLToPath } from 'node:url';
import type { StoredWorkflow } from '../../host/n8nApi.mts';
import type { Account } from './account.mts';
import { countFiles, errorOf, outputOf } from './executionData.mts';
import { type N8nInstance, tarball } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { chain, flux2, manualTrigger, noOp, promptItems, webhook } from './workflowBuilder.mts';

/** The package of commit 71803d6, the first in which n8n could load every node. */
export const earlierPackage = fileURLToPath(
	new URL('earlier/n8n-nodes-flux2-0.0.1.tar.gz', import.meta.url),
);

/** Starts n8n with an earlier version of the package, then updates it to the current one. */
export function testUpgrade(n8n: () => N8nInstance): void {
	let account: Account;
	let stored: StoredWorkflow;
	let waitingAccount: Account;
	let waitingWorkflow: StoredWorkflow;

	reportedTest('an earlier version of the package generates an image', async () => {
		await n8n().start();
		account = await n8n().openAccount('Earlier');
		const workflow = chain(
			'Saved with an earlier version',
			manualTrigger(),
			promptItems('a red fox in the snow'),
			flux2({
				mode: 'flex',
				resolution: '2K',
				aspectRatio: '16:9',
				waitFor: 'image',
				download: true,
				outputField: 'picture',
				options: { fileName: 'fox', timeoutSeconds: 60 },
			}),
		);
		stored = await n8n().api.importWorkflow(workflow, account.credential);
		const execution = await n8n().runStored(stored);
		expect(errorOf(execution)).toBeUndefined();
		expect(countFiles(outputOf(execution))).toBe(1);
		expect(account.sandbox.billing.creditsCharged).toBe(24);
		return `1 image; ${account.spending()}`;
	});

	reportedTest(
		'an earlier version of the package starts an execution that waits for callbacks',
		async () => {
			waitingAccount = await n8n().openAccount('Waiting since an earlier version');
			waitingWorkflow = await n8n().publish(
				chain(
					'Waiting since an earlier version',
					webhook('waiting-since-earlier', 'onReceived'),
					promptItems('one [task: takes 50 s]', 'two [task: takes 50 s]'),
					flux2({ waitFor: 'callback', options: { timeoutSeconds: 600 } }),
					noOp('Next'),
				),
				waitingAccount,
			);
			await n8n().callWebhook('waiting-since-earlier');
			await n8n().executionWithStatus(waitingWorkflow, 'waiting');
			return `waiting; ${waitingAccount.spending()}`;
		},
	);

	reportedTest(
		'after an update, a workflow of the earlier version opens and runs with the same result',
		async () => {
			await n8n().server.stop();
			await n8n().replacePackage(await tarball());
			await n8n().start();
			const opened = await n8n().api.workflow(stored.id);
			const { parameters } = opened?.nodes.find(({ name }) => name === 'Flux 2') ?? {};
			expect(parameters).toMatchObject({ mode: 'flex', resolution: '2K', outputField: 'picture' });
			const execution = await n8n().runStored(opened!);
			expect(errorOf(execution)).toBeUndefined();
			const [item] = outputOf(execution);
			expect(item?.json).toMatchObject({
				status: 'succeeded',
				mode: 'flex',
				resolution: '2K',
				aspectRatio: '16:9',
				creditsEstimated: 24,
			});
			expect(item?.binary?.picture).toMatchObject({ fileName: 'fox.png', mimeType: 'image/png' });
			expect(account.sandbox.billing.creditsCharged).toBe(48);
			return `the same parameters, 1 image in the same field; ${account.spending()} with both versions`;
		},
	);

	reportedTest(
		'after an update, an execution that has been waiting since the earlier version resumes with its images',
		async () => {
			const [execution] = await n8n().finishedExecutions(waitingWorkflow, 1, 90_000);
			expect(execution?.status).toBe('success');
			const output = outputOf(execution!, 'Next');
			expect(output.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
			expect(countFiles(output)).toBe(2);
			expect(waitingAccount.sandbox.billing.creates).toBe(2);
			return `2 images; ${waitingAccount.spending()}`;
		},
	);
}
