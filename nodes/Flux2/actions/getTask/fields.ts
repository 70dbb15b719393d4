import type { INodeProperties } from 'n8n-workflow';
import { downloadFields } from '../downloadFields';

const showOnlyForGetTask = { show: { operation: ['getTask'] } };

export const getTaskFields: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. n41e2db2115ee_flux2',
		description:
			'ID of the task, from the output or the error of a Flux 2 node. A URL that ends in the ID works too.',
		displayOptions: showOnlyForGetTask,
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitUntilSettled',
		type: 'boolean',
		default: false,
		description: 'Whether to keep checking until the task succeeds or fails',
		displayOptions: showOnlyForGetTask,
	},
	...downloadFields(showOnlyForGetTask),
];
