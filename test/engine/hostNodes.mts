import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

const describe = (
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

/** Where every workflow of the harness starts: passes on the items that the test gave. */
class Start implements INodeType {
	description = describe('start', 'Start', { group: ['trigger'], inputs: [] });

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

/** A node behind the node under test. */
class Pass implements INodeType {
	description = describe('pass', 'Pass');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData().map((item, index) => ({ ...item, pairedItem: { item: index } }))];
	}
}

/**
 * Like n8n's own "Loop Over Items": first output is "done", second is "loop". It keeps its place in
 * its context, and what comes round the loop is collected for "done".
 */
class Loop implements INodeType {
	description = describe('loop', 'Loop', {
		outputs: ['main', 'main'],
		properties: [{ name: 'batchSize', displayName: 'Batch Size', type: 'number', default: 1 }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const place = this.getContext('node') as {
			left?: INodeExecutionData[];
			done?: INodeExecutionData[];
		};
		const arrived = this.getInputData();
		if (place.left === undefined) {
			place.left = [...arrived];
			place.done = [];
		} else {
			place.done?.push(...arrived);
		}
		const batch = place.left.splice(0, this.getNodeParameter('batchSize', 0) as number);
		return batch.length > 0 ? [[], batch] : [place.done ?? [], []];
	}
}

/**
 * In place of an AI agent: calls its one tool once, with the arguments that a model would have
 * thought of, and shows what the model would have seen. `way` is how agents of n8n do it: "request"
 * asks the engine to run the node (agents from version 3 on), "call" runs it inside the agent
 * (older agents, MCP).
 */
class Agent implements INodeType {
	description = describe('agent', 'Agent', {
		inputs: ['main', { type: 'ai_tool' }],
		properties: [
			{ name: 'way', displayName: 'Way', type: 'string', default: 'request' },
			{ name: 'input', displayName: 'Input', type: 'json', default: '{}' },
		],
	});

	async execute(
		this: IExecuteFunctions,
		response?: EngineResponse,
	): Promise<INodeExecutionData[][] | EngineRequest> {
		const input = JSON.parse(this.getNodeParameter('input', 0) as string) as IDataObject;
		const shown = (answer: unknown) => [[{ json: { answer }, pairedItem: { item: 0 } }]] as never;
		if (this.getNodeParameter('way', 0) === 'call') {
			type Tool = { invoke: (input: IDataObject) => Promise<string> };
			const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
			return shown(JSON.parse((await tool?.invoke(input)) ?? 'null'));
		}
		const [called] = response?.actionResponses ?? [];
		if (called !== undefined) {
			return shown(called.data.data?.ai_tool?.[0]?.map(({ json }) => json));
		}
		const [{ name } = { name: '' }] = this.getParentNodes(this.getNode().name, {
			connectionType: 'ai_tool',
			depth: 1,
		});
		const action = { actionType: 'ExecutionNodeAction', type: 'ai_tool', id: 'call-1' } as const;
		return { actions: [{ ...action, nodeName: name, input, metadata: {} }], metadata: {} };
	}
}

/** The types that every engine knows beside the ones under test. */
export const hostNodes: Record<string, INodeType> = {
	'test.start': new Start(),
	'test.pass': new Pass(),
	'test.loop': new Loop(),
	'test.agent': new Agent(),
};
