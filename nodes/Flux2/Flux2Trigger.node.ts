import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { answerAlways } from './actions/answer';
import { downloadFields } from './actions/conclude';
import { startWorkflow } from './actions/startWorkflow';
import { CREDENTIAL } from './transport/connect';

const ringWebhooks: IWebhookDescription[] = [
	{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'flux2' },
];

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
		activationMessage: 'Your workflow now starts when API in One reports an image.',
		defaults: { name: 'Flux 2 Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL, required: true }],
		webhooks: ringWebhooks,
		properties: [
			{
				displayName:
					'Copy the production URL above into "Callback URL" of a Flux 2 node that uses the same credential, and activate this workflow',
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
		return await answerAlways(this, startWorkflow);
	}
}
