import { ExecuteContext } from 'n8n-core';
import type { INodeExecutionData, INodeType } from 'n8n-workflow';
import { createEmptyRunExecutionData } from 'n8n-workflow';
import type { Engine, RunOptions } from './engine.mts';
import { openWorkflow } from './workflow.mts';

/**
 * Runs the node as n8n's own Agents do (2.41.1, `ephemeral-node-executor`): in a workflow of one node
 * that is stored nowhere, without an execution and its data. They run it once for each call, with one
 * item, and show an error as its message.
 */
export async function runAsN8nAgents(
	engine: Engine,
	type: string,
	{ parameters, items = [{}] }: RunOptions,
): Promise<INodeExecutionData[]> {
	const stored = engine.storeWorkflow({ nodes: [{ type, parameters }], start: false });
	const workflow = openWorkflow({ ...stored, id: '' }, engine.types);
	const node = Object.values(workflow.nodes)[0]!;
	const input = items.slice(0, 1).map((item): INodeExecutionData => ({ json: {}, ...item }));
	const data = { main: [input] };
	const context = new ExecuteContext(
		workflow,
		node,
		engine.additionalData(),
		'internal',
		createEmptyRunExecutionData(),
		0,
		input,
		data,
		{ node, data, source: null },
		[],
	);
	const { execute } = engine.types.getByNameAndVersion(type) as Required<INodeType>;
	engine.executions.running += 1;
	try {
		const [output = []] = (await execute.call(context)) as INodeExecutionData[][];
		return output;
	} finally {
		engine.executions.running -= 1;
	}
}
