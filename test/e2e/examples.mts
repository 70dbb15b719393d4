import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredWorkflow } from '../../host/n8nApi.mts';
import { root } from '../../host/paths.mts';
import type { Workflow } from '../../host/workflow.mts';
import { type Example, exampleIndex } from '../exampleIndex.mts';
import type { Account } from './account.mts';
import { type ChatModel, startChatModel } from './chatModel.mts';
import { countFiles, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';

const readExample = async (file: string) =>
	JSON.parse(await readFile(join(root, 'examples', file), 'utf8')) as Workflow;

interface StartedExample {
	account: Account;
	workflow: StoredWorkflow;
	webhookResponse: { status: number; type: string; bytes: number };
}

/** Waits for its time limit, so it is started first and verified last. */
const isSlow = ({ file }: Example) => file === 'recover-pending.json';
const slowLast = [
	...exampleIndex.filter((example) => !isSlow(example)),
	...exampleIndex.filter(isSlow),
];

/** Imports, activates and calls every example, and compares the result with examples.json. */
export function testExamples(n8n: () => N8nInstance): void {
	let model: ChatModel;
	const started = new Map<Example, Promise<StartedExample>>();

	const start = async ({ file, webhook, requires }: Example): Promise<StartedExample> => {
		const account = await n8n().openAccount(file);
		const workflow = await readExample(file);
		const stored = await n8n().publish(
			requires === undefined ? workflow : await model.useIn(n8n(), workflow),
			account,
		);
		const response = await n8n().callWebhook(webhook.path, webhook);
		return {
			account,
			workflow: stored,
			webhookResponse: {
				status: response.status,
				type: String(response.headers['content-type']),
				bytes: response.data.length,
			},
		};
	};

	beforeAll(async () => {
		model = await startChatModel({ prompt: 'A lemon cake on a stand', aspectRatio: '4:3' });
		n8n().onClose(() => model.stop());
		for (const example of exampleIndex.filter(isSlow)) started.set(example, start(example));
		// An error belongs to the test of that example, not to this hook.
		await Promise.allSettled(started.values());
	});

	for (const example of slowLast) {
		reportedTest(
			`the example ${example.file} can be imported, runs, and costs what its note says`,
			async () => {
				const { account, workflow, webhookResponse } = await (started.get(example) ??
					start(example));
				const executions = await n8n().finishedExecutions(workflow, example.executions, 170_000);
				expect(executions.map(({ status }) => status)).toEqual(
					Array.from({ length: example.executions }, () => 'success'),
				);
				const images = Object.keys(example.images).map((node) => [
					node,
					executions.reduce((sum, execution) => sum + countImages(outputOf(execution, node)), 0),
				]);
				// As an agent's tool, the node outputs no items.
				if (example.requires === undefined)
					expect(Object.fromEntries(images)).toEqual(example.images);
				expect(account.sandbox.billing.creditsCharged).toBe(example.credits);
				const note = workflow.nodes.find(({ name }) => name === 'Note')?.parameters.content;
				expect(note).toContain(`${example.credits} credits`);
				expect(webhookResponse.status).toBeLessThan(300);
				if (example.response === 'the image') expect(webhookResponse.type).toBe('image/png');
				return `${executions.length} ${executions.length === 1 ? 'execution' : 'executions'}, ${account.spending()}; answered ${webhookResponse.status} ${webhookResponse.type.split(';')[0]}`;
			},
		);
	}
}

/** The files of a node, or its image URLs where downloads are turned off. */
function countImages(items: ReturnType<typeof outputOf>): number {
	const files = countFiles(items);
	return files > 0 ? files : items.filter(({ json }) => Boolean(json.imageUrl)).length;
}
