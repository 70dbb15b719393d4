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

const nodeDescription = (
	name: string,
	more: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	name,
	displayName: name,
	group: ['transform'],
	version: 1,
	description: 'A node for the tests of the engine',
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

/** Handles one item; the returned object becomes the output item's JSON. */
export type ItemHandler = (
	node: IExecuteFunctions,
	itemIndex: number,
	text: string,
) => Promise<IDataObject>;

/**
 * A node that calls the test's handler for each item and supports "continue on fail". It has one
 * field, `text`.
 */
export const fixtureNode = (
	handleItem: ItemHandler,
	more: Partial<INodeTypeDescription> = {},
): INodeType => ({
	description: nodeDescription('Fixture', { properties: [field('text')], ...more }),

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			const text = this.getNodeParameter('text', item) as string;
			try {
				items.push({ json: await handleItem(this, item, text), pairedItem: { item } });
			} catch (error) {
				if (!this.continueOnFail()) throw error;
				items.push({ json: { error: (error as Error).message }, pairedItem: { item } });
			}
		}
		return [items];
	},
});

/** A credential with one secret, sent in a header. */
export const fixtureCredential = {
	name: 'fixtureApi',
	displayName: 'Fixture API',
	properties: [field('key'), { ...field('host'), default: 'http://127.0.0.1' }],
	authenticate: {
		type: 'generic' as const,
		properties: { headers: { Authorization: '=Bearer {{ $credentials.key }}' } },
	},
};

/**
 * A node that puts its execution to wait until a callback whose body has `done: true`. With
 * `fail: true` in the body its `webhook()` throws.
 */
export const waitingNode = (seconds = 3600): INodeType => ({
	description: nodeDescription('Waiting', {
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
		const waitingItems = this.evaluateExpression('{{ $input.all().map(x => x.json) }}', 0);
		return {
			workflowData: [
				(waitingItems as unknown as IDataObject[]).map((json, item) => ({
					json: { ...json, status: 'done' },
					pairedItem: { item },
				})),
			],
		};
	},
});

/** Handles a request to the trigger, as `webhook()` does. */
export type WebhookHandler = (node: IWebhookFunctions) => Promise<IWebhookResponseData>;

/** A trigger whose `webhook()` is the test's handler. */
export const triggerNode = (handleWebhook: WebhookHandler): INodeType => ({
	description: nodeDescription('Trigger', {
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
		return await handleWebhook(this);
	},
});
