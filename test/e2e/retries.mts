import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.mts';
import { countFiles, errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { waitUntil } from './waitUntil.mts';
import {
	chain,
	flux2,
	manualTrigger,
	manualTriggerName,
	promptItems,
	webhook,
} from './workflowBuilder.mts';

/** How often each prompt was requested from an account. */
function requestsByPrompt({ sandbox }: Account): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { prompt } of sandbox.tasks.values()) counts[prompt] = (counts[prompt] ?? 0) + 1;
	return counts;
}

/** Retrying and stopping executions: no image is paid for twice. */
export function testRetries(n8n: () => N8nInstance, isLegacy: boolean): void {
	reportedTest(
		'Retry On Fail keeps the paid tasks and creates new ones only for what failed',
		async () => {
			const account = await n8n().openAccount('Retry On Fail');
			const execution = await n8n().runManually(
				chain(
					'Retry On Fail',
					manualTrigger(),
					promptItems('one', 'two [task: failed once]', 'three'),
					flux2({}, { retryOnFail: true, maxTries: 3, waitBetweenTries: 500 }),
				),
				account,
			);
			expect(errorOf(execution)).toBeUndefined();
			expect(countFiles(outputOf(execution))).toBe(3);
			expect(requestsByPrompt(account)).toEqual({ one: 1, 'two [task: failed once]': 2, three: 1 });
			expect(account.sandbox.billing.balance).toBe(100_000 - 15);
			return `3 images; ${account.spending()}: the failed one was created twice, the others once`;
		},
	);

	reportedTest('Retry in the list of executions keeps the paid tasks', async () => {
		const account = await n8n().openAccount('Retry from the list');
		const failed = await n8n().runManually(
			chain(
				'Retry from the list',
				manualTrigger(),
				promptItems('one', 'two [task: failed once]', 'three [task: takes 9 s]'),
				flux2({ options: { timeoutSeconds: 5 } }),
			),
			account,
		);
		expect(failed.status).toBe('error');
		const pendingTask = [...account.sandbox.tasks.values()].find(({ prompt }) =>
			/three/.test(prompt),
		);
		expect(errorOf(failed)?.description).toContain(pendingTask?.id);
		const retryId = await n8n().api.retry(failed.id);
		const execution = await n8n().api.waitForExecution(retryId);
		expect(errorOf(execution)).toBeUndefined();
		expect(countFiles(outputOf(execution))).toBe(3);
		expect(requestsByPrompt(account)).toEqual({
			one: 1,
			'two [task: failed once]': 2,
			'three [task: takes 9 s]': 1,
		});
		expect(account.sandbox.billing.balance).toBe(100_000 - 15);
		return `first an error that names every task, then 3 images; ${account.spending()}: no finished or pending task was created twice`;
	});

	reportedTest('after an execution is stopped, the n8n log names its paid tasks', async () => {
		const account = await n8n().openAccount('Stop');
		const stored = await n8n().api.importWorkflow(
			chain(
				'Stop',
				manualTrigger(),
				promptItems('one [task: never]', 'two [task: never]'),
				flux2(),
			),
			account.credential,
		);
		const id = await n8n().api.run(stored, manualTriggerName);
		await waitUntil('both tasks are created', () => account.sandbox.billing.creates === 2);
		await n8n().api.stop(id);
		const stopped = await n8n().api.waitForExecution(id);
		expect(stopped.status).toBe('canceled');
		const ids = [...account.sandbox.tasks.keys()];
		const sentence = 'Get each of these tasks with the Get Task operation';
		await waitUntil(
			'the log names both tasks',
			async () => {
				const [, afterSentence] = (await readFile(n8n().server.logFile, 'utf8')).split(sentence);
				return afterSentence !== undefined && ids.every((taskId) => afterSentence.includes(taskId));
			},
			15_000,
		);
		const countPolls = () =>
			account.sandbox.requests.filter(({ route }) => route === 'poll').length;
		const before = countPolls();
		await sleep(4_000);
		expect(countPolls()).toBe(before);
		const storedIds = ids.filter((taskId) => JSON.stringify(stopped.data).includes(taskId));
		return `canceled; 2 tasks named in n8n's log, ${storedIds.length} in the stored execution; no further polls; ${account.spending()}`;
	});

	// n8n 1.x does not tell a node which execution is being retried.
	if (!isLegacy)
		reportedTest(
			'retrying a stopped execution creates nothing; retrying that retry creates new tasks',
			async () => {
				const account = await n8n().openAccount('Retry of a stopped execution');
				// n8n refuses to retry a manual execution: "aborted before starting".
				const workflow = await n8n().publish(
					chain(
						'Retry of a stopped execution',
						webhook('retry-of-stopped', 'onReceived'),
						promptItems('one', 'two'),
						flux2(),
					),
					account,
				);
				await n8n().callWebhook('retry-of-stopped');
				await waitUntil('both tasks are created', () => account.sandbox.billing.creates === 2);
				const { id } = await n8n().executionWithStatus(workflow, 'running');
				await n8n().api.stop(id);
				await n8n().api.waitForExecution(id);
				const retry = async (executionId: string) =>
					await n8n().api.waitForExecution(await n8n().api.retry(executionId));
				const retried = await retry(id);
				expect(account.sandbox.billing.creates).toBe(2);
				expect(errorOf(retried)?.message).toContain(
					'was interrupted, so no image was generated again',
				);
				const retriedAgain = await retry(retried.id);
				expect(countFiles(outputOf(retriedAgain))).toBe(2);
				expect(account.sandbox.billing.creates).toBe(4);
				return `"${errorOf(retried)?.message}"; retried again: 2 images; ${account.spending()}`;
			},
		);
}
