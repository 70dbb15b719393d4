import type { INodeProperties } from 'n8n-workflow';
import { downloadFields } from '../downloadFields';

const shownFor = { show: { operation: ['getTask'] } };

export const getTaskFields: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. n41xxxx_flux2',
		description: 'The ID that a Flux 2 node gave, also named in its errors',
		displayOptions: shownFor,
	},
	{
		displayName: 'Wait Until Settled',
		name: 'waitUntilSettled',
		type: 'boolean',
		default: false,
		description: 'Whether to look until the task has succeeded or failed, instead of once',
		displayOptions: shownFor,
	},
	...downloadFields(shownFor),
];
