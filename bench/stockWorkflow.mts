import type { Workflow, WorkflowNode } from '../host/workflow.mts';

/** How somebody builds it who has only n8n's own nodes; what differs is how a refused create is met. */
export type StockWay =
	/** Refused items go on as errors. */
	| 'goes on'
	/** n8n's default: the first refusal ends the execution. */
	| 'stops'
	/** "Retry On Fail" of the create, at n8n's most patient: 5 tries, 5 s apart. */
	| 'retries'
	/** The limit of the service is known beforehand, and set as batching of the create. */
	| 'batches';

const goOn = { onError: 'continueRegularOutput' };

const ofCreate: Record<StockWay, Record<string, unknown>> = {
	'goes on': goOn,
	stops: {},
	retries: { retryOnFail: true, maxTries: 5, waitBetweenTries: 5_000 },
	batches: goOn,
};

const webhookNodes = (path: string): WorkflowNode[] => [
	{
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: {
			httpMethod: 'POST',
			path,
			// Answers when everything is done, which is when the clock of the benchmark stops.
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

const to = (node: string) => [{ node, type: 'main', index: 0 }];

function draw(name: string, nodes: WorkflowNode[], wires: Record<string, string[]>): Workflow {
	return {
		name,
		nodes: nodes.map((node, index) => ({
			id: `node-${index}`,
			position: [200 * index, 0],
			...node,
		})),
		connections: Object.fromEntries(
			Object.entries(wires).map(([from, targets]) => [from, { main: targets.map(to) }]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** Webhook → Flux 2, with the node's defaults. */
export const ourWorkflow = (path: string): Workflow =>
	draw(`Ours ${path}`, [...webhookNodes(path), flux2Node], {
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
	way: StockWay = 'goes on',
): Workflow {
	const request = (name: string, parameters: object, settings: object = {}): WorkflowNode => ({
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { options: {}, ...parameters },
		...settings,
	});
	const withKey = {
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	};
	const credentials = { httpHeaderAuth: credential };
	const batching = { batch: { batchSize: 20, batchInterval: 10_000 } };
	const nodes: WorkflowNode[] = [
		...webhookNodes(path),
		request(
			'Create',
			{
				...withKey,
				method: 'POST',
				url: `${baseUrl}/api/v1/images/generations`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ JSON.stringify({ model: "flux-2", prompt: $json.prompt }) }}',
				options: way === 'batches' ? { batching } : {},
			},
			{ credentials, ...ofCreate[way] },
		),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { resume: 'timeInterval', amount: 2, unit: 'seconds' },
		},
		request(
			'Look',
			{ ...withKey, url: `=${baseUrl}/api/v1/tasks/{{ $json.data.task_id }}` },
			{ credentials, ...goOn },
		),
		{
			name: 'Ready?',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
					conditions: [
						{
							id: 'ready',
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
			'File',
			{
				url: '={{ $json.data.response[0] }}',
				options: { response: { response: { responseFormat: 'file' } } },
			},
			// n8n runs the upper of two branches first: files come before the next round of the loop.
			{ position: [1_400, -200] },
		),
	];
	return draw(`Stock ${path}`, nodes, {
		Webhook: ['Prompts'],
		Prompts: ['Create'],
		Create: ['Wait'],
		Wait: ['Look'],
		Look: ['Ready?'],
		'Ready?': ['File', 'Wait'],
	});
}
