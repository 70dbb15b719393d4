import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

const describe = (
	name: string,
	more: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	name,
	displayName: name,
	group: ['transform'],
	version: 1,
	description: 'A toy, to try the engine with',
	defaults: { name },
	inputs: ['main'],
	outputs: ['main'],
	properties: [],
	...more,
});

const field = (name: string): INodeProperties => ({
	name,
	displayName: name,
	type: 'string',
	default: '',
});

/** What a toy does with one item: what it returns becomes the item's JSON. */
export type ToyWork = (node: IExecuteFunctions, item: number, text: string) => Promise<IDataObject>;

/**
 * A node that does what the test says, item by item, and treats an error as a good node does. It has
 * one field, `text`.
 */
export const toy = (work: ToyWork, more: Partial<INodeTypeDescription> = {}): INodeType => ({
	description: describe('Toy', { properties: [field('text')], ...more }),

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			const text = this.getNodeParameter('text', item) as string;
			try {
				items.push({ json: await work(this, item, text), pairedItem: { item } });
			} catch (error) {
				if (!this.continueOnFail()) throw error;
				items.push({ json: { error: (error as Error).message }, pairedItem: { item } });
			}
		}
		return [items];
	},
});

/** A credential with one secret, sent in a header. */
export const toyCredential = {
	name: 'toyApi',
	displayName: 'Toy API',
	properties: [field('key'), { ...field('host'), default: 'http://127.0.0.1' }],
	authenticate: {
		type: 'generic' as const,
		properties: { headers: { Authorization: '=Bearer {{ $credentials.key }}' } },
	},
};
