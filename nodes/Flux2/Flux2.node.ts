import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { generateFields } from './actions/generate/fields';
import { getTaskFields } from './actions/getTask/fields';
import { optionsField } from './actions/options';
import { CREDENTIAL } from './transport/credential';
import { resumeWebhooks } from './transport/waiting';

export class Flux2 implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Flux 2',
		name: 'flux2',
		icon: { light: 'file:flux2.svg', dark: 'file:flux2.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"] === "getTask" ? "get task" : "generate: " + $parameter["mode"] + " " + $parameter["resolution"] }}',
		description: 'Make images from text and reference images with Flux 2 (API in One)',
		defaults: { name: 'Flux 2' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL, required: true }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip:
			'Parked until API in One calls back, or until the timeout. The worker is free meanwhile.',
		hints: [
			{
				message: 'The aspect ratio "Auto" needs a reference image',
				type: 'warning',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["operation"] === "generate" && $parameter["aspectRatio"] === "auto" && !$parameter["referenceImages"]?.image?.length }}',
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				default: 'generate',
				options: [
					{
						name: 'Generate',
						value: 'generate',
						action: 'Generate an image',
						description: 'Make an image from a prompt, with or without reference images',
					},
					{
						name: 'Get Task',
						value: 'getTask',
						action: 'Get a task',
						description: 'Get the status of a task and its image, by the ID of the task',
					},
				],
			},
			...generateFields,
			...getTaskFields,
			optionsField,
		],
	};

	// What the node does is loaded when it is first done: n8n loads every node at its start.
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { execute } = await import('./actions/execute');
		return await execute(this);
	}

	/** Only ever called on an execution that this node has parked. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { alwaysRespond } = await import('./actions/handleCallback');
		const { resumeExecution } = await import('./actions/generate/resumeExecution');
		return await alwaysRespond(this, resumeExecution);
	}
}
