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
import { optionsField } from './actions/optionsField';
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
			'={{ $parameter["operation"] === "getTask" ? "get task" : $parameter["operation"] + ": " + $parameter["mode"] + " " + $parameter["resolution"] }}',
		description: 'Generate and edit images with Flux 2 through API in One',
		defaults: { name: 'Flux 2 Image' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL, required: true }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip: 'Waiting for API in One to report that the image is ready',
		hints: [
			{
				message: 'Add a reference image to use the Auto aspect ratio',
				type: 'warning',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["operation"] !== "getTask" && $parameter["aspectRatio"] === "auto" && !$parameter["referenceImages"]?.image?.length }}',
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
						name: 'Edit Image',
						value: 'edit',
						action: 'Edit an image',
						description: 'Generate an image from a prompt and at least one reference image',
					},
					{
						name: 'Estimate Cost',
						value: 'estimate',
						action: 'Estimate the cost of an image',
						description: 'Check the fields and estimate the cost, without generating an image',
					},
					{
						name: 'Generate Image',
						value: 'generate',
						action: 'Generate an image',
						description: 'Generate an image from a prompt and optional reference images',
					},
					{
						name: 'Get Task',
						value: 'getTask',
						action: 'Get an image by task ID',
						description: 'Get the status and the image of an existing task',
					},
				],
			},
			...generateFields,
			...getTaskFields,
			optionsField,
		],
	};

	// The operations are loaded when they are first used: n8n loads every node at its start.
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { execute } = await import('./actions/execute');
		return await execute(this);
	}

	/** Only ever called on an execution that this node has put to wait. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { alwaysRespond } = await import('./actions/handleCallback');
		const { resumeGenerate } = await import('./actions/generate/operation');
		return await alwaysRespond(this, resumeGenerate);
	}
}
