import type {
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

/** The types that every engine knows beside the ones under test. */
export const hostNodes: Record<string, INodeType> = {
	'test.start': new Start(),
	'test.pass': new Pass(),
	'test.loop': new Loop(),
};
