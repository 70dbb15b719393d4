import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

const nodeDescription = (
	name: string,
	displayName: string,
	more: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	name,
	displayName,
	group: ['transform'],
	version: 1,
	description: displayName,
	defaults: { name: displayName },
	inputs: ['main'],
	outputs: ['main'],
	properties: [],
	...more,
});

/** The first node of every test workflow: outputs the items given by the test. */
class Start implements INodeType {
	description = nodeDescription('start', 'Start', { group: ['trigger'], inputs: [] });

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

/** Passes its items through: stands after the node under test. */
class Pass implements INodeType {
	description = nodeDescription('pass', 'Pass');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData().map((item, index) => ({ ...item, pairedItem: { item: index } }))];
	}
}

/** Like n8n's own "If": items for which the condition is true leave by the first output. */
class If implements INodeType {
	description = nodeDescription('if', 'If', {
		outputs: ['main', 'main'],
		properties: [{ name: 'condition', displayName: 'Condition', type: 'boolean', default: false }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const outputs: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
		for (const [index, item] of this.getInputData().entries()) {
			const isTrue = this.getNodeParameter('condition', index) === true;
			outputs[isTrue ? 0 : 1].push({ ...item, pairedItem: { item: index } });
		}
		return outputs;
	}
}

/**
 * Like n8n's own "Loop Over Items": first output is "done", second is "loop". The items still to do
 * are kept in the node's context; the items that come back are collected for "done".
 */
class Loop implements INodeType {
	description = nodeDescription('loop', 'Loop', {
		outputs: ['main', 'main'],
		properties: [{ name: 'batchSize', displayName: 'Batch Size', type: 'number', default: 1 }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const state = this.getContext('node') as {
			remaining?: INodeExecutionData[];
			done?: INodeExecutionData[];
		};
		const input = this.getInputData();
		if (state.remaining === undefined) {
			state.remaining = [...input];
			state.done = [];
		} else {
			state.done?.push(...input);
		}
		const batch = state.remaining.splice(0, this.getNodeParameter('batchSize', 0) as number);
		return batch.length > 0 ? [[], batch] : [state.done ?? [], []];
	}
}

/**
 * Stands in for an AI agent: calls its only tool once, with the arguments that a model would have
 * chosen, and outputs what the model would have received. `invokedBy` is how n8n's agents run a
 * tool: "engine" asks the engine to run the node (agents from version 3 on), "agent" runs it inside
 * the agent (older agents, MCP).
 */
class Agent implements INodeType {
	description = nodeDescription('agent', 'Agent', {
		inputs: ['main', { type: 'ai_tool' }],
		properties: [
			{ name: 'invokedBy', displayName: 'Invoked By', type: 'string', default: 'engine' },
			{ name: 'input', displayName: 'Input', type: 'json', default: '{}' },
		],
	});

	async execute(
		this: IExecuteFunctions,
		response?: EngineResponse,
	): Promise<INodeExecutionData[][] | EngineRequest> {
		const input = JSON.parse(this.getNodeParameter('input', 0) as string) as IDataObject;
		const output = (answer: unknown) => [[{ json: { answer }, pairedItem: { item: 0 } }]] as never;
		if (this.getNodeParameter('invokedBy', 0) === 'agent') {
			type Tool = { invoke: (input: IDataObject) => Promise<string> };
			const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
			return output(JSON.parse((await tool?.invoke(input)) ?? 'null'));
		}
		const [toolResponse] = response?.actionResponses ?? [];
		if (toolResponse !== undefined) {
			return output(toolResponse.data.data?.ai_tool?.[0]?.map(({ json }) => json));
		}
		const [{ name } = { name: '' }] = this.getParentNodes(this.getNode().name, {
			connectionType: 'ai_tool',
			depth: 1,
		});
		const action = { actionType: 'ExecutionNodeAction', type: 'ai_tool', id: 'call-1' } as const;
		return { actions: [{ ...action, nodeName: name, input, metadata: {} }], metadata: {} };
	}
}

/** The node types that every test engine has besides those under test. */
export const builtInNodes: Record<string, INodeType> = {
	'test.start': new Start(),
	'test.pass': new Pass(),
	'test.if': new If(),
	'test.loop': new Loop(),
	'test.agent': new Agent(),
};
