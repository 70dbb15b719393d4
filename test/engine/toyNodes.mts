import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
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

/**
 * A node that parks its execution until a ring's body says `done`. A ring with `fail` makes its
 * `webhook()` throw.
 */
export const parkingToy = (seconds = 3600): INodeType => ({
	description: describe('Parking', {
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: '',
				path: '',
				restartWebhook: true,
			},
		],
	}),

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const url = this.evaluateExpression('{{ $execution.resumeUrl }}', 0);
		for (const [index, { json }] of items.entries()) {
			items[index] = { json: { ...json, status: 'pending', url } };
		}
		await this.putExecutionToWait(new Date(Date.now() + seconds * 1000));
		return [items];
	},

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const body = (this.getBodyData() ?? {}) as IDataObject;
		if (body.fail === true) throw new Error('webhook() failed');
		if (body.done !== true) return {};
		if (body.slowly === true) await new Promise((resolve) => setTimeout(resolve, 50));
		const parked = this.evaluateExpression('{{ $input.all().map(x => x.json) }}', 0);
		return {
			workflowData: [
				(parked as unknown as IDataObject[]).map((json, item) => ({
					json: { ...json, status: 'done' },
					pairedItem: { item },
				})),
			],
		};
	},
});

/** What a toy trigger does with a request. */
export type ToyAnswer = (node: IWebhookFunctions) => Promise<IWebhookResponseData>;

/** A trigger that does what the test says. */
export const triggerToy = (answer: ToyAnswer): INodeType => ({
	description: describe('Trigger', {
		group: ['trigger'],
		inputs: [],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: '',
				path: 'flux',
			},
		],
	}),

	webhookMethods: {
		default: {
			checkExists: async () => true,
			create: async () => true,
			delete: async () => true,
		},
	},

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answer(this);
	},
});
