import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { outcomeOf } from '../api/failures';
import { asNodeError } from '../transport/nodeErrors';
import { generate } from './generate.operation';
import { getTask } from './getTask.operation';
import { failedItem } from './report';
import { isCalledByAgent } from './run';

/**
 * What the Flux 2 node does with its items.
 *
 * @throws NodeApiError | NodeOperationError where the node does not go on after a failure.
 */
export async function perform(host: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isGetTask = host.getNodeParameter('operation', 0) === 'getTask';
	const outcome = await outcomeOf(isGetTask ? getTask(host) : generate(host));
	if ('value' in outcome) return [outcome.value];
	if (!host.continueOnFail() && !isCalledByAgent(host))
		throw asNodeError(host.getNode(), outcome.failure);
	return [host.getInputData().map((_, item) => failedItem(host, outcome.failure, item))];
}
