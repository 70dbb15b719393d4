import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { outcomeOf } from '../api/failures';
import { toNodeError } from '../transport/nodeErrors';
import { generate } from './generate/operation';
import { getTask } from './getTask/operation';
import { failureItem } from './report';
import { isCalledByAgent } from './run';

/**
 * What the Flux 2 node does with its items.
 *
 * @throws NodeApiError | NodeOperationError where the node does not go on after a failure.
 */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isGetTask = ctx.getNodeParameter('operation', 0) === 'getTask';
	const outcome = await outcomeOf(isGetTask ? getTask(ctx) : generate(ctx));
	if ('value' in outcome) return [outcome.value];
	if (!ctx.continueOnFail() && !isCalledByAgent(ctx))
		throw toNodeError(ctx.getNode(), outcome.failure);
	return [ctx.getInputData().map((_, item) => failureItem(ctx, outcome.failure, item))];
}
