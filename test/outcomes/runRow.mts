import type { INodeExecutionData, OnError } from 'n8n-workflow';
import type { RunOptions } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import type { Fixture } from '../nodes/fixture.mts';
import type { OutcomeRow } from './outcome.mts';
import { watchService, type ServiceSide } from './serviceSide.mts';

export type Operation = 'generate' | 'edit' | 'getTask';

/** A row as it was observed. */
export interface Observed extends ServiceSide {
	result: Result;
	/** The item, wherever the node has output it. */
	item: INodeExecutionData;
	/** Index of that output: with `continueErrorOutput` failures have one of their own, the last. */
	output: number;
}

const PHOTO = { image: [{ from: 'url', url: 'https://shop.example/photo.png' }] };

function parametersOf(operation: Operation, taskId: string): RunOptions['parameters'] {
	if (operation === 'getTask') return { operation, taskId };
	const prompt = '={{ $json.prompt }}';
	return operation === 'edit'
		? { operation, prompt, referenceImages: PHOTO }
		: { operation, prompt };
}

/** Whether the row needs a task that exists already. */
const isGotten = (operation: Operation, { prompt }: OutcomeRow): boolean =>
	operation === 'getTask' && prompt !== '';

/** Creates a task and lets its time pass. Returns its ID. */
async function createTask(fixture: Fixture, prompt: string): Promise<string> {
	const result = await fixture.generate([prompt], { parameters: { waitFor: 'nothing' } });
	await fixture.clock.sleep(10_000);
	return String(result.items[0]?.json.taskId);
}

const indexOf = ({ pairedItem }: INodeExecutionData): number | undefined =>
	typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : undefined;

/** The only output item of the first input item. */
function firstItem({ outputs, error }: Result): { item: INodeExecutionData; output: number } {
	const all = outputs.flatMap((items, output) => items.map((item) => ({ item, output })));
	const ofFirst = all.filter(({ item }) => indexOf(item) === 0);
	if (ofFirst.length !== 1) throw new Error(`${ofFirst.length} items: ${error?.message}`);
	return ofFirst[0]!;
}

/**
 * Runs the node as the row says, and reads what became of the row's item.
 *
 * @param others prompts of further items.
 */
export async function runRow(
	fixture: Fixture,
	operation: Operation,
	row: OutcomeRow,
	onError: OnError,
	others: readonly string[] = [],
): Promise<Observed> {
	// With Get Task, its own task is one of the others: it is created before.
	const side = watchService(fixture, others.length + (isGotten(operation, row) ? 1 : 0));
	const taskId = isGotten(operation, row) ? await createTask(fixture, row.prompt) : '';
	const { parameters, ...options } = row.run ?? {};
	const run = async (): Promise<Result> =>
		await fixture.engine.run({
			items: [row.prompt, ...others].map((prompt) => ({ json: { prompt } })),
			onError,
			...options,
			parameters: { ...parametersOf(operation, taskId), ...parameters },
		});
	const result = await (row.act?.(fixture, run) ?? run());
	return { result, ...firstItem(result), ...side(row.prompt) };
}
