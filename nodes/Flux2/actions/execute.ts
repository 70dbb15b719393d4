import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { toNodeError } from '../transport/nodeErrors';
import { estimate } from './estimate/operation';
import { generate } from './generate/operation';
import { getTask } from './getTask/operation';
import { itemsOf } from './result';
import { isCalledByAgent } from './run';

type Operation = (ctx: IExecuteFunctions) => Promise<INodeExecutionData[]>;

const OPERATIONS = new Map<unknown, Operation>([
	['generate', generate],
	['edit', generate],
	['getTask', getTask],
	['estimate', estimate],
]);

async function run(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const name: unknown = ctx.getNodeParameter('operation', 0, 'generate');
	const operation = OPERATIONS.get(name);
	if (operation !== undefined) return await operation(ctx);
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `There is no operation "${String(name)}"`,
		advice: `Choose ${[...OPERATIONS.keys()].join(', ')}.`,
	});
}

/**
 * What the Flux 2 node does with its items.
 *
 * @throws NodeApiError | NodeOperationError where the node does not continue after a failure.
 */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const outcome = await outcomeOf(run(ctx));
	if ('value' in outcome) return [outcome.value];
	const { failure } = outcome;
	if (!ctx.continueOnFail() && !isCalledByAgent(ctx)) throw toNodeError(ctx.getNode(), failure);
	const results = ctx.getInputData().map((_, itemIndex) => ({ itemIndex, outcome: failure }));
	return [itemsOf(ctx, results)];
}
