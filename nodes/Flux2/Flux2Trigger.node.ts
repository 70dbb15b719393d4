import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { downloadFields } from './actions/downloadFields';
import { CREDENTIAL } from './transport/credential';

const callbackWebhooks: IWebhookDescription[] = [
	{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'flux2' },
];

const whileBuilding =
	'<b>While you build this workflow</b>, execute this step, then order an image with the <b>test URL</b> as its "Callback URL". The image shows up here.<br /><br />';

const seenElsewhere =
	' Those runs show up in the <a data-key="executions">executions list</a>, but not here.';

export class Flux2Trigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Flux 2 Trigger',
		name: 'flux2Trigger',
		icon: { light: 'file:flux2.svg', dark: 'file:flux2.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ "on: " + $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when an image is ready or has failed',
		eventTriggerDescription: 'Waiting for API in One to report an image',
		triggerPanel: {
			header: 'Try it with one image',
			executionsHelp: {
				inactive: `${whileBuilding}<b>Once it is ready</b>, publish it (in n8n 1: activate it) and use the <b>production URL</b>.${seenElsewhere}`,
				active: `${whileBuilding}<b>Images ordered with the production URL</b> start this workflow by themselves.${seenElsewhere}`,
			},
			activationHint:
				'Once you have built your workflow, publish it (in n8n 1: activate it) to have it run for every image ordered with the production URL.',
		},
		activationMessage: 'Your workflow now starts when API in One reports an image.',
		defaults: { name: 'Flux 2 Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL, required: true }],
		webhooks: callbackWebhooks,
		properties: [
			{
				displayName:
					'Copy the production URL above into "Callback URL" of a Flux 2 node that uses the same credential. Then publish this workflow (in n8n 1: activate it).',
				name: 'howTo',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['succeeded', 'failed'],
				options: [
					{ name: 'Image Failed', value: 'failed' },
					{ name: 'Image Succeeded', value: 'succeeded' },
				],
				description: 'What starts the workflow',
			},
			...downloadFields(),
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					{
						displayName: 'Require Token',
						name: 'requireToken',
						type: 'boolean',
						default: true,
						description:
							'Whether a callback must bear the token that Flux 2 nodes add to the URL by themselves. Switch off for images that a program of your own orders.',
					},
				],
			},
		],
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { alwaysRespond } = await import('./actions/handleCallback');
		const { startWorkflow } = await import('./actions/trigger/startWorkflow');
		return await alwaysRespond(this, startWorkflow);
	}

	// n8n calls this with what webhook() gave, as the first step of the run.
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { fetchImages } = await import('./actions/trigger/startWorkflow');
		return await fetchImages(this);
	}
}
