import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../host/places.mts';
import type { StoredWorkflow } from '../../host/rest.mts';
import type { Workflow } from '../../host/workflow.mts';
import { type ChatModel, startChatModel } from './chatModel.mts';
import type { Account, Line } from './line.mts';
import { type Example, exampleIndex } from '../exampleIndex.mts';
import { imagesIn, outputOf } from './seen.mts';
import { tried } from './tried.mts';

const read = async (file: string) =>
	JSON.parse(await readFile(join(root, 'examples', file), 'utf8')) as Workflow;

interface Started {
	account: Account;
	workflow: StoredWorkflow;
	answered: { status: number; type: string; bytes: number };
}

/** It runs up to its deadline while the others are tried. */
const isPatient = ({ file }: Example) => file === 'recover-pending.json';
const impatientFirst = [
	...exampleIndex.filter((example) => !isPatient(example)),
	...exampleIndex.filter(isPatient),
];

/** Every example is imported, opened, called from outside, and held against examples.json. */
export function everyExample(line: () => Line): void {
	let model: ChatModel;
	const begun = new Map<Example, Promise<Started>>();

	const start = async ({ file, webhook, needs }: Example): Promise<Started> => {
		const account = await line().openAccount(file);
		const workflow = await read(file);
		const stored = await line().publish(
			needs === undefined ? workflow : await model.chosenIn(line(), workflow),
			account,
		);
		const response = await line().call(webhook.path, webhook);
		return {
			account,
			workflow: stored,
			answered: {
				status: response.status,
				type: String(response.headers['content-type']),
				bytes: response.data.length,
			},
		};
	};

	beforeAll(async () => {
		model = await startChatModel({ prompt: 'A lemon cake on a stand', aspectRatio: '4:3' });
		line().atEnd(() => model.stop());
		for (const example of exampleIndex.filter(isPatient)) begun.set(example, start(example));
		// A refusal belongs to that example's own test, not to all of them.
		await Promise.allSettled(begun.values());
	});

	for (const example of impatientFirst) {
		tried(
			`the example ${example.file} is imported, runs, and costs what its note says`,
			async () => {
				const { account, workflow, answered } = await (begun.get(example) ?? start(example));
				const executions = await line().endedExecutions(workflow, example.executions, 170_000);
				expect(executions.map(({ status }) => status)).toEqual(
					Array.from({ length: example.executions }, () => 'success'),
				);
				const images = Object.keys(example.images).map((node) => [
					node,
					executions.reduce((sum, execution) => sum + seenAs(outputOf(execution, node)), 0),
				]);
				// An agent gets no file, and its node's output is not an item of the workflow.
				if (example.needs === undefined) expect(Object.fromEntries(images)).toEqual(example.images);
				expect(account.sandbox.books.creditsCharged).toBe(example.credits);
				const note = workflow.nodes.find(({ name }) => name === 'Note')?.parameters.content;
				expect(note).toContain(`${example.credits} credits`);
				expect(answered.status).toBeLessThan(300);
				if (example.answers === 'the image') expect(answered.type).toBe('image/png');
				return `${executions.length} ${executions.length === 1 ? 'execution' : 'executions'}, ${account.spent()}; answered ${answered.status} ${answered.type.split(';')[0]}`;
			},
		);
	}
}

/** Images of a node: its files, else its links where it was told not to download. */
function seenAs(items: ReturnType<typeof outputOf>): number {
	const files = imagesIn(items);
	return files > 0 ? files : items.filter(({ json }) => Boolean(json.imageUrl)).length;
}
