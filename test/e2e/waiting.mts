import type { StoredWorkflow } from '../../host/n8nApi.mts';
import type { Account } from './account.mts';
import { countFiles, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { chain, flux2, noOp, promptItems, webhook } from './workflowBuilder.mts';

/** From this restart on, n8n runs one production execution at a time. */
const singleExecution = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };

const prompts = Array.from({ length: 10 }, (_, number) => `month ${number} [task: takes 75 s]`);

const promptsWithoutCallback = ['one [callback: never]', 'two [callback: never] [task: never]'];

/** An execution that waits for callbacks while n8n is killed and restarted. */
export function testWaiting(n8n: () => N8nInstance): void {
	let account: Account;
	let workflow: StoredWorkflow;
	let waitingId: string;

	reportedTest(
		'an execution that waits for ten callbacks is still waiting after n8n is killed and restarted',
		async () => {
			account = await n8n().openAccount('Waiting');
			workflow = await n8n().publish(
				chain(
					'Waiting',
					webhook('waiting-for-callbacks', 'onReceived'),
					promptItems(...prompts),
					flux2({ waitFor: 'callback', options: { timeoutSeconds: 600 } }),
					noOp('Next'),
				),
				account,
			);
			const started = Date.now();
			await n8n().callWebhook('waiting-for-callbacks');
			({ id: waitingId } = await n8n().executionWithStatus(workflow, 'waiting'));
			const seconds = Math.round((Date.now() - started) / 1000);
			expect(account.sandbox.billing.creates).toBe(10);
			await n8n().server.kill();
			await n8n().start(singleExecution);
			// After a crash n8n 2 sets the status to "crashed" for a moment, until its recovery has seen
			// that the execution is waiting.
			const { id } = await n8n().executionWithStatus(workflow, 'waiting');
			expect(id).toBe(waitingId);
			return `waiting after ${seconds} s; still "waiting" after kill -9 and a restart; ${account.spending()}`;
		},
	);

	reportedTest('a waiting execution does not count against the concurrency limit', async () => {
		const other = await n8n().openAccount('Concurrent');
		await n8n().publish(
			chain('Concurrent', webhook('concurrent', 'lastNode'), promptItems('a kite'), flux2()),
			other,
		);
		const started = Date.now();
		const response = await n8n().callWebhook('concurrent');
		const seconds = (Date.now() - started) / 1000;
		expect(response.status).toBe(200);
		expect((await n8n().api.execution(waitingId)).status).toBe('waiting');
		expect(other.sandbox.billing.creates).toBe(1);
		return `done in ${seconds.toFixed(0)} s, while ten images were waiting, with N8N_CONCURRENCY_PRODUCTION_LIMIT=1`;
	});

	reportedTest(
		'it resumes with ten images in the order of the items, each charged once',
		async () => {
			const [execution] = await n8n().finishedExecutions(workflow, 1, 120_000);
			await account.sandbox.idle();
			expect(execution?.status).toBe('success');
			const output = outputOf(execution!, 'Next');
			expect(
				output.map(({ json }) => account.sandbox.tasks.get(String(json.taskId))?.prompt),
			).toEqual(prompts);
			expect(output.map(({ json }) => json.status)).toEqual(prompts.map(() => 'succeeded'));
			expect(countFiles(output)).toBe(10);
			expect(Math.min(...(await n8n().fileSizes(output)))).toBeGreaterThan(100);
			const { creates, creditsCharged } = account.sandbox.billing;
			expect({ creates, creditsCharged }).toEqual({ creates: 10, creditsCharged: 50 });
			return `${countFiles(output)} images; ${account.spending()}`;
		},
	);
}

/** A waiting execution that reaches its time limit: started early in the run, verified at the end. */
export function testTimeLimit(n8n: () => N8nInstance): {
	start: () => Promise<void>;
	verify: () => void;
} {
	let account: Account;
	let workflow: StoredWorkflow;
	return {
		async start() {
			account = await n8n().openAccount('Time limit');
			workflow = await n8n().publish(
				chain(
					'Time limit',
					webhook('time-limit', 'onReceived'),
					promptItems(...promptsWithoutCallback),
					flux2({ waitFor: 'callback', options: { timeoutSeconds: 65 } }),
					noOp('Next'),
				),
				account,
			);
			await n8n().callWebhook('time-limit');
		},
		verify: () =>
			reportedTest(
				'at the time limit the items continue as pending, with their task IDs',
				async () => {
					const [execution] = await n8n().finishedExecutions(workflow, 1, 170_000);
					expect(execution?.status).toBe('success');
					const output = outputOf(execution!, 'Next').map(({ json }) => json);
					expect(output.map(({ status }) => status)).toEqual(['pending', 'pending']);
					const requested = output.map(
						({ taskId }) => account.sandbox.tasks.get(String(taskId))?.prompt,
					);
					expect(requested).toEqual(promptsWithoutCallback);
					const { runData } = execution!.data.resultData;
					const startOf = (node: string) =>
						Number((runData[node]?.[0] as { startTime?: number } | undefined)?.startTime);
					const seconds = Math.round((startOf('Next') - startOf('Webhook')) / 1000);
					// The time limit, and the 90 s for which n8n waits longer.
					expect(seconds).toBeGreaterThanOrEqual(65 + 90);
					return `2 items with status "pending" after ${seconds} s; ${account.spending()}`;
				},
			),
	};
}
