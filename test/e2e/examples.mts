import { DataTables } from '../../host/dataTables.mts';
import { type Execution, isComplete } from '../../host/execution.mts';
import { type Example, exampleIndex } from '../exampleIndex.mts';
import { type ChatModel, startChatModel } from './chatModel.mts';
import { countFiles, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { type StartedExample, startExample } from './startExample.mts';
import { waitUntil } from './waitUntil.mts';

/** Waits for its time limit, so it is started first and verified last. */
const isSlow = ({ file }: Example) => file === 'recover-pending.json';
const slowLast = [
	...exampleIndex.filter((example) => !isSlow(example)),
	...exampleIndex.filter(isSlow),
];

/** Starts every example as its note says, and compares the result with examples.json. */
export function testExamples(n8n: () => N8nInstance): void {
	let model: ChatModel;
	const started = new Map<Example, Promise<StartedExample>>();

	beforeAll(async () => {
		model = await startChatModel({ prompt: 'A lemon cake on a stand', aspectRatio: '4:3' });
		n8n().onClose(() => model.stop());
		for (const example of exampleIndex.filter(isSlow))
			started.set(example, startExample(n8n(), example, model));
		// An error belongs to the test of that example, not to this hook.
		await Promise.allSettled(started.values());
	});

	for (const example of slowLast) {
		reportedTest(
			`the example ${example.file} can be imported, runs, and costs what its note says`,
			async () => {
				const { account, workflows, response } = await (started.get(example) ??
					startExample(n8n(), example, model));
				const own = await waitUntil(
					`${example.executions} executions have ended`,
					async () => await ownExecutions(n8n(), workflows, example.executions),
					170_000,
				);
				expect(own.map(({ status }) => status)).toEqual(
					Array.from({ length: example.executions }, () => 'success'),
				);
				const images = Object.keys(example.images).map((node) => [
					node,
					own.reduce((sum, execution) => sum + countImages(outputOf(execution, node)), 0),
				]);
				// As an agent's tool, the node outputs no items.
				if (example.requires === undefined)
					expect(Object.fromEntries(images)).toEqual(example.images);
				const { creditsCharged, creditsRefunded } = account.sandbox.billing;
				expect(creditsCharged - creditsRefunded).toBe(example.credits);
				const rows = await checkRows(example);
				const what = `${own.length} ${own.length === 1 ? 'execution' : 'executions'}, ${account.spending()}${rows}`;
				if (typeof example.start === 'string' || response === undefined) return what;
				expect(response.status).toBeLessThan(300);
				if (example.start.response === 'the image') expect(response.type).toBe('image/png');
				return `${what}; responded ${response.status} ${response.type.split(';')[0]}`;
			},
		);
	}

	async function checkRows({ dataTable }: Example): Promise<string> {
		if (dataTable === undefined) return '';
		const tables = await DataTables.open(n8n().api);
		const rows = await tables.rows((await tables.find(dataTable.name)) ?? '');
		expect(rows.map(({ status }) => status)).toEqual(
			Array.from({ length: dataTable.rows }, () => 'succeeded'),
		);
		expect(rows.filter(({ taskId, imageUrl }) => !taskId || !imageUrl)).toEqual([]);
		return `; ${rows.length} rows in the data table, all succeeded`;
	}
}

/** The executions of an example, when so many have ended; its schedule may start others at any time. */
async function ownExecutions(
	n8n: N8nInstance,
	workflows: StartedExample['workflows'],
	count: number,
): Promise<Execution[] | undefined> {
	const listed = await Promise.all(workflows.map(async ({ id }) => await n8n.api.executions(id)));
	const all = await Promise.all(listed.flat().map(async ({ id }) => await n8n.api.execution(id)));
	const own = all.filter(
		({ data }) => !Object.keys(data.resultData.runData).some((node) => node.startsWith('Every ')),
	);
	const hasEnded = (execution: Execution) =>
		!['new', 'running', 'waiting'].includes(execution.status) && isComplete(execution);
	return own.length >= count && own.every(hasEnded) ? own : undefined;
}

/** The files of a node, or its image URLs where downloads are turned off. */
function countImages(items: ReturnType<typeof outputOf>): number {
	const files = countFiles(items);
	return files > 0 ? files : items.filter(({ json }) => Boolean(json.imageUrl)).length;
}
