import type { INodeExecutionData } from 'n8n-workflow';
import type { SandboxTask } from '../../sandbox/task.mts';
import type { RunOptions } from '../engine/engine.mts';
import { runAsN8nAgents } from '../engine/n8nAgents.mts';
import type { Result } from '../engine/result.mts';
import { describeItem } from '../faults/scenario.mts';
import type { Fixture } from '../nodes/fixture.mts';
import { EVENTS, type Cell } from './cells.mts';
import type { CellOutcome } from './expected.mts';

const PRODUCTS = ['red cup', 'green cup', 'blue cup'];

/** The product of each item, with the cell's ID, so that its tasks can be told from all others. */
const productsOf = ({ id, event }: Cell): string[] =>
	PRODUCTS.map((product, index) => `${product} of ${id}. ${EVENTS[event][index] ?? ''}`.trim());

const promptOf = (product: string): string => `A photo of a ${product}`;

const MODES = { 'sub-workflow': 'integrated', 'partial execution': 'manual' } as const;

function runOptions(cell: Cell): RunOptions {
	const { context, onError, retryOnFail, executeOnce, alwaysOutputData, waitFor } = cell;
	const [first = ''] = productsOf(cell);
	return {
		items: productsOf(cell).map((product) => ({ json: { product } })),
		onError,
		retryOnFail,
		executeOnce,
		alwaysOutputData,
		parameters: { prompt: '=A photo of a {{ $json.product }}', waitFor },
		...(context in MODES && { mode: MODES[context as keyof typeof MODES] }),
		...(context === 'loop' && { loop: 1 }),
		...(context === 'partial execution' && { isPartial: true }),
		...(context === 'pinned data' && { pinned: [{ json: { status: 'pinned' } }] }),
		...(context.startsWith('agent') && {
			parameters: { prompt: "={{ $fromAI('prompt') }}", waitFor },
			asTool: {
				input: { prompt: promptOf(first) },
				invokedBy: context === 'agent' ? ('agent' as const) : ('engine' as const),
			},
		}),
	};
}

const wordOf = (item: INodeExecutionData): string =>
	Object.keys(item.json).length === 0 ? 'empty' : describeItem(item);

/** What a cell left behind: its outcome, and what must hold in every cell. */
export interface CellResult {
	outcome: CellOutcome;
	tasks: SandboxTask[];
	/** Everything the user can read of the execution. */
	text: string;
	/** Whether each output item belongs to the input item that it is paired with. */
	isPaired: boolean;
}

/** Lets callbacks resume the execution, or its time limit pass, as often as it waits. */
async function runToEnd(
	{ engine }: Fixture,
	{ event }: Cell,
	options: RunOptions,
): Promise<Result> {
	let result: Result = await engine.run(options);
	while (result.status === 'waiting') {
		const waiting = engine.waiting(result);
		result = await (event === 'no image in time' ? waiting.expire() : waiting.finished());
	}
	return result;
}

/** The items that the node output, or that the agent or n8n's Agents got from it. */
async function run(
	fixture: Fixture,
	cell: Cell,
): Promise<{ result?: Result; items: INodeExecutionData[] }> {
	const options = runOptions(cell);
	if (cell.context === 'n8n Agents')
		return { items: await runAsN8nAgents(fixture.engine, 'n8n-nodes-flux2.flux2', options) };
	const result = await runToEnd(fixture, cell, options);
	if (cell.context.startsWith('agent')) {
		const answer = result.itemsOf('Agent')[0]?.json.answer as INodeExecutionData['json'][];
		return { result, items: answer.map((json) => ({ json })) };
	}
	const items = result.runs.flatMap((one) =>
		(one.data?.main ?? []).flatMap((output) => output ?? []),
	);
	return { result, items };
}

/** Runs one cell and reads what came of it, at the service and for the user. */
export async function runCell(fixture: Fixture, cell: Cell): Promise<CellResult> {
	const { sandbox } = fixture;
	const requestsBefore = sandbox.requests.length;
	const { result, items } = await run(fixture, cell);
	await fixture.callbacksHandled();
	const tasks = [...sandbox.tasks.values()].filter(({ prompt }) =>
		prompt.includes(`of ${cell.id}.`),
	);
	const products = productsOf(cell);
	const isLoop = cell.context === 'loop';
	const places = items.map(({ pairedItem }, index) =>
		!isLoop && typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : index,
	);
	const ordered = [...items.keys()].sort((a, b) => places[a]! - places[b]!);
	const { error, status = 'success' } = result ?? {};
	return {
		outcome: {
			creates: sandbox.requests.slice(requestsBefore).filter(({ route }) => route === 'create')
				.length,
			tasks: tasks.length,
			credits: tasks.reduce((sum, { charged, refunded }) => sum + charged - refunded, 0),
			items: ordered.map((index) => `${places[index]}: ${wordOf(items[index]!)}`),
			status,
		},
		tasks,
		text: [JSON.stringify(items), error?.message, error?.description].join('\n'),
		isPaired: items.every(({ json }, index) => {
			const task = tasks.find(({ id }) => id === json.taskId);
			return task === undefined || task.prompt === promptOf(products[places[index]!] ?? '');
		}),
	};
}
