import type { INodeProperties } from 'n8n-workflow';

export const MAX_PARALLEL = 200;

export const MAX_IMAGES = 10;

/** A week: longer than the service keeps a task's files by any page. */
export const MAX_TIMEOUT_SECONDS = 7 * 24 * 3_600;

export const DEFAULT_FILE_NAME = 'flux2-{taskId}';

const showForCreates = { show: { '/operation': ['edit', 'generate'] } };

const timeoutField: INodeProperties = {
	displayName: 'Timeout (Seconds)',
	name: 'timeoutSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_TIMEOUT_SECONDS },
	default: 300,
	description:
		'How long to wait for each image. After a timeout, use Get Task with the task ID from the error.',
};

const onTimeoutField: INodeProperties = {
	displayName: 'On Timeout',
	name: 'onTimeout',
	type: 'options',
	default: 'fail',
	options: [
		{
			name: 'Continue',
			value: 'continue',
			description: 'Output the item as pending, with its task ID',
		},
		{ name: 'Fail', value: 'fail', description: 'Treat the item as failed' },
	],
	description: 'What to do when the image is not ready in time',
};

/** The "Options" of all operations. */
export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Additional Body Fields',
			name: 'additionalBodyFields',
			type: 'json',
			default: '{}',
			description:
				'JSON object with fields to add to the request body. The estimated cost may no longer apply.',
			displayOptions: showForCreates,
		},
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: DEFAULT_FILE_NAME,
			description:
				'Name of the image file without extension. {taskId} is replaced with the task ID.',
			displayOptions: {
				hide: { '/download': [false], '/waitFor': ['nothing'], '/operation': ['estimate'] },
			},
		},
		{
			displayName: 'Include Input Fields',
			name: 'includeInputFields',
			type: 'boolean',
			default: false,
			description:
				'Whether to add the JSON and files of the input item to the output. Fields of this node win.',
		},
		{
			displayName: 'Max Concurrent Images',
			name: 'maxParallel',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: MAX_PARALLEL },
			default: 50,
			description: 'Maximum number of images to generate at the same time',
			displayOptions: showForCreates,
		},
		{
			displayName: 'Max Credits',
			name: 'maxCredits',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'Maximum estimated credits per execution. If the items would cost more, no image is generated. Set to 0 for no limit.',
			displayOptions: showForCreates,
		},
		{
			displayName: 'Number of Images',
			name: 'numberOfImages',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: MAX_IMAGES },
			default: 1,
			description:
				'How many images to generate per input item. Each is a task and an item of its own.',
			displayOptions: { hide: { '/operation': ['getTask'] } },
		},
		{
			...onTimeoutField,
			displayOptions: { show: { '/operation': ['edit', 'generate'], '/waitFor': ['image'] } },
		},
		{
			...onTimeoutField,
			displayOptions: { show: { '/operation': ['getTask'], '/waitUntilSettled': [true] } },
		},
		{
			...timeoutField,
			displayOptions: {
				show: { '/operation': ['edit', 'generate'], '/waitFor': ['image', 'callback'] },
			},
		},
		{
			...timeoutField,
			displayOptions: { show: { '/operation': ['getTask'], '/waitUntilSettled': [true] } },
		},
	],
};
