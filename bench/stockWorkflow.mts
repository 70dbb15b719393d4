import type { Workflow, WorkflowNode } from '../host/workflow.mts';

/** How the stock workflow handles a refused create. */
export type StockVariant =
	/** Refused items continue as errors. */
	| 'continues'
	/** n8n's default: the first refusal ends the execution. */
	| 'stops'
	/** "Retry On Fail" of the create at n8n's maximum: 5 tries, 5 s apart. */
	| 'retries'
	/** The limit of the service is known, and set as the batching of the create. */
	| 'batches';

const continueOnError = { onError: 'continueRegularOutput' };

const createSettings: Record<StockVariant, object> = {
	continues: continueOnError,
	stops: {},
	retries: { retryOnFail: true, maxTries: 5, waitBetweenTries: 5_000 },
	batches: continueOnError,
};

const triggerNodes = (path: string): WorkflowNode[] => [
	{
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: {
			httpMethod: 'POST',
			path,
			// Responds when everything is done, so the response time is the execution time.
			responseMode: 'lastNode',
			responseData: 'noData',
			options: {},
		},
	},
	{
		name: 'Prompts',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: {
			fieldToSplitOut: 'body.prompts',
			options: { destinationFieldName: 'prompt' },
		},
	},
];

const flux2Node: WorkflowNode = {
	name: 'Flux 2',
	type: 'n8n-nodes-flux2.flux2',
	typeVersion: 1,
	parameters: { prompt: '={{ $json.prompt }}' },
	credentials: { apiInOneApi: {} },
};

function buildWorkflow(
	name: string,
	nodes: WorkflowNode[],
	connections: Record<string, string[]>,
): Workflow {
	const connectTo = (node: string) => [{ node, type: 'main', index: 0 }];
	return {
		name,
		nodes: nodes.map((node, index) => ({
			id: `node-${index}`,
			position: [200 * index, 0],
			...node,
		})),
		connections: Object.fromEntries(
			Object.entries(connections).map(([from, targets]) => [
				from,
				{ main: targets.map(connectTo) },
			]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** Webhook → Flux 2, with the node's defaults. */
export const ourWorkflow = (path: string): Workflow =>
	buildWorkflow(`Ours ${path}`, [...triggerNodes(path), flux2Node], {
		Webhook: ['Prompts'],
		Prompts: ['Flux 2'],
	});

/**
 * What people build without a node for the service: HTTP Request → Wait 2 s → HTTP Request → If, back
 * to Wait → HTTP Request for the file.
 */
export function stockWorkflow(
	path: string,
	baseUrl: string,
	credential: { id: string; name: string },
	variant: StockVariant = 'continues',
): Workflow {
	const request = (name: string, parameters: object, settings: object = {}): WorkflowNode => ({
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { options: {}, ...parameters },
		...settings,
	});
	const authentication = {
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	};
	const credentials = { httpHeaderAuth: credential };
	const batching = { batch: { batchSize: 20, batchInterval: 10_000 } };
	const nodes: WorkflowNode[] = [
		...triggerNodes(path),
		request(
			'Create Task',
			{
				...authentication,
				method: 'POST',
				url: `${baseUrl}/api/v1/images/generations`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ JSON.stringify({ model: "flux-2", prompt: $json.prompt }) }}',
				options: variant === 'batches' ? { batching } : {},
			},
			{ credentials, ...createSettings[variant] },
		),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { resume: 'timeInterval', amount: 2, unit: 'seconds' },
		},
		request(
			'Get Task',
			{ ...authentication, url: `=${baseUrl}/api/v1/tasks/{{ $json.data.task_id }}` },
			{ credentials, ...continueOnError },
		),
		{
			name: 'Done?',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
					conditions: [
						{
							id: 'done',
							leftValue: '={{ $json.data?.status }}',
							rightValue: 'SUCCESS',
							operator: { type: 'string', operation: 'equals' },
						},
					],
					combinator: 'and',
				},
				options: {},
			},
		},
		request(
			'Download',
			{
				url: '={{ $json.data.response[0] }}',
				options: { response: { response: { responseFormat: 'file' } } },
			},
			// n8n runs the upper of two branches first: files come before the next round of the loop.
			{ position: [1_400, -200] },
		),
	];
	return buildWorkflow(`Stock ${path}`, nodes, {
		Webhook: ['Prompts'],
		Prompts: ['Create Task'],
		'Create Task': ['Wait'],
		Wait: ['Get Task'],
		'Get Task': ['Done?'],
		'Done?': ['Download', 'Wait'],
	});
}
