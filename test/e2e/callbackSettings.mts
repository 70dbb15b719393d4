import type { Execution } from '../../host/execution.mts';
import type { StoredWorkflow } from '../../host/n8nApi.mts';
import type { WorkflowNode } from '../../host/workflow.mts';
import type { Account } from './account.mts';
import { countFiles, hintsOf, type OutputItem, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { waitUntil } from './waitUntil.mts';
import {
	chain,
	executeWorkflow,
	flux2,
	items,
	noOp,
	promptItems,
	subWorkflowTrigger,
	webhook,
} from './workflowBuilder.mts';

/** Two minutes: longer than any task of these tests takes. */
const waitForCallback = { waitFor: 'callback', options: { timeoutSeconds: 120 } };

/** When n8n has ended a wait of 65 seconds at the latest: its extra 90 s, and 10 s to do it. */
const WAIT_HAS_ENDED_MS = 165_000;

interface Started {
	account: Account;
	workflow: StoredWorkflow;
	at: number;
}

/**
 * Waiting for a callback together with other settings of n8n. All executions start at the beginning and
 * are verified at the end, because two of them last for minutes.
 */
export function testCallbackSettings(
	n8n: () => N8nInstance,
	isLegacy: boolean,
): { start: () => Promise<void>; verify: () => void } {
	const started = new Map<string, Started>();

	const startWorkflow = async (name: string, ...nodes: WorkflowNode[]): Promise<void> => {
		const account = await n8n().openAccount(name);
		const path = name.toLowerCase().replaceAll(' ', '-');
		const workflow = await n8n().publish(
			chain(name, webhook(path, 'onReceived'), ...nodes, noOp('Next')),
			account,
		);
		await n8n().callWebhook(path);
		started.set(name, { account, workflow, at: Date.now() });
	};

	const startSubWorkflow = async (): Promise<void> => {
		const account = await n8n().openAccount('Sub-workflow');
		const child = await n8n().api.importWorkflow(
			chain('Sub-workflow', subWorkflowTrigger(), flux2(waitForCallback)),
			account.credential,
		);
		// n8n 2 executes the published version of a sub-workflow; n8n 1.x publishes none.
		if (!isLegacy) await n8n().api.activate(child);
		const parent = chain(
			'Parent',
			webhook('parent', 'onReceived'),
			promptItems('a kite over a beach', 'a tent in a forest'),
			executeWorkflow(child.id),
			noOp('Next'),
		);
		const workflow = await n8n().publish(parent, account);
		await n8n().callWebhook('parent');
		started.set('Sub-workflow', { account, workflow, at: Date.now() });
	};

	const start = async (): Promise<void> => {
		await startWorkflow(
			'Callback at the time limit',
			promptItems(
				...['one', 'two', 'three'].map((name) => `${name} [task: takes 57 s] [image: slow]`),
			),
			flux2({ waitFor: 'callback', options: { timeoutSeconds: 65 } }),
			// It makes a second run of what follows visible in the account.
			{ ...flux2({ prompt: '=after {{ $json.taskId }}', waitFor: 'nothing' }), name: 'After' },
		);
		await startWorkflow(
			'Retry On Fail while waiting',
			items(...['lamp [create: 422]', 'mug', 'chair'].map((product) => ({ product }))),
			flux2(
				{ ...waitForCallback, prompt: '=A photo of a {{ $json.product }}' },
				{
					retryOnFail: true,
					maxTries: 3,
					waitBetweenTries: 500,
					onError: 'continueRegularOutput',
				},
			),
		);
		await startWorkflow(
			'Execute Once while waiting',
			promptItems('a sailing boat', 'never requested'),
			flux2(waitForCallback, { executeOnce: true }),
		);
		await startSubWorkflow();
	};

	const finished = async (name: string): Promise<Started & { execution: Execution }> => {
		const one = started.get(name);
		if (one === undefined) throw new Error(`"${name}" was not started`);
		const [execution] = await n8n().finishedExecutions(one.workflow, 1, 170_000);
		expect(execution?.status).toBe('success');
		return { ...one, execution: execution! };
	};

	const verify = (): void => {
		reportedTest(
			'waiting for callbacks with Retry On Fail and Continue: a refused item fails, the others get exactly their images',
			async () => {
				const { account, execution } = await finished('Retry On Fail while waiting');
				const [refused, ...others] = outputOf(execution, 'Next');
				expect(refused?.json).toMatchObject({
					errorCode: 'request-rejected',
					status: 'failed',
					charged: 'no',
				});
				expect(refused?.binary).toBeUndefined();
				expect(promptsOf(account, others)).toEqual(['A photo of a mug', 'A photo of a chair']);
				expect(others.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
				expect(others.map((item) => countFiles([item]))).toEqual([1, 1]);
				expect(account.sandbox.tasks.size).toBe(2);
				expect(account.sandbox.billing.creditsCharged).toBe(10);
				return `first "${String(refused?.json.error)}", then 2 images; ${account.spending()}`;
			},
		);

		reportedTest(
			'waiting for callbacks with Execute Once: the node polls, and outputs the image with its task ID',
			async () => {
				const { account, execution } = await finished('Execute Once while waiting');
				const output = outputOf(execution, 'Next');
				expect(promptsOf(account, output)).toEqual(['a sailing boat']);
				expect(output[0]?.json.status).toBe('succeeded');
				expect(countFiles(output)).toBe(1);
				expect(account.sandbox.billing.creates).toBe(1);
				const hints = hintsOf(execution).join(' / ');
				expect(hints).toContain('Execute Once cannot wait for a callback');
				return `1 image; ${account.spending()}; above the output: "${hints}"`;
			},
		);

		reportedTest(
			'waiting for callbacks in a sub-workflow: the parent workflow gets the images',
			async () => {
				const { account, execution } = await finished('Sub-workflow');
				const output = outputOf(execution, 'Next');
				expect(promptsOf(account, output)).toEqual(['a kite over a beach', 'a tent in a forest']);
				expect(output.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
				expect(countFiles(output)).toBe(2);
				expect(Math.min(...(await n8n().fileSizes(output)))).toBeGreaterThan(100);
				expect(account.sandbox.billing.creates).toBe(2);
				return `2 images; ${account.spending()}`;
			},
		);

		reportedTest(
			'a callback right before the time limit, with slow images: what follows runs once, with the image or as pending',
			async () => {
				const { account, workflow, execution, at } = await finished('Callback at the time limit');
				await waitUntil(
					'n8n has ended the wait by itself, if it still could',
					() => Date.now() > at + WAIT_HAS_ENDED_MS,
					WAIT_HAS_ENDED_MS,
				);
				expect((await n8n().api.executions(workflow.id)).length).toBe(1);
				const output = outputOf(execution);
				expect(output.length).toBe(3);
				for (const item of output) {
					const hasImage = countFiles([item]) === 1;
					expect(item.json.status).toBe(hasImage ? 'succeeded' : 'pending');
				}
				for (const name of ['After', 'Next'])
					expect(execution.data.resultData.runData[name]?.length).toBe(1);
				// Three images, and one request of the node that follows for each of them.
				expect([...account.sandbox.tasks.values()].map(({ prompt }) => prompt).sort()).toEqual(
					[
						...promptsOf(account, output),
						...output.map(({ json }) => `after ${String(json.taskId)}`),
					].sort(),
				);
				expect(account.sandbox.billing.creates).toBe(6);
				return `${countFiles(output)} items with the image, ${3 - countFiles(output)} pending; the nodes behind ran once; ${account.spending()}`;
			},
		);
	};

	return { start, verify };
}

/** The prompts that the service has for the tasks of these items. */
const promptsOf = ({ sandbox }: Account, output: readonly OutputItem[]): unknown[] =>
	output.map(({ json }) => sandbox.tasks.get(String(json.taskId))?.prompt);
