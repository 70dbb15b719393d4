import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';

const MAX_PARALLEL = 200;

export const DEFAULT_FILE_NAME = 'flux2-{taskId}';

const onlyGenerate = { show: { '/operation': ['generate'] } };

const timeoutField: INodeProperties = {
	displayName: 'Timeout (Seconds)',
	name: 'timeoutSeconds',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 300,
	description:
		'How long to wait for an image. After that the error names the task, and "Get Task" still brings the image.',
};

/** The "Options" of both operations. */
export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: DEFAULT_FILE_NAME,
			description:
				'Name of the image file, without extension. {taskId} stands for the ID of the task.',
			displayOptions: { hide: { '/download': [false], '/waitFor': ['nothing'] } },
		},
		{
			displayName: 'Max Credits',
			name: 'maxCredits',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'Order nothing when this would take the execution above so many credits by the price list. What the execution has ordered before counts too. 0 means no limit.',
			displayOptions: onlyGenerate,
		},
		{
			displayName: 'Max Parallel',
			name: 'maxParallel',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: MAX_PARALLEL },
			default: 50,
			description: 'How many images are made at the same time',
			displayOptions: onlyGenerate,
		},
		{
			...timeoutField,
			displayOptions: {
				show: { '/operation': ['generate'], '/waitFor': ['image', 'callback'] },
			},
		},
		{
			...timeoutField,
			displayOptions: { show: { '/operation': ['getTask'], '/waitUntilSettled': [true] } },
		},
	],
};

/** As the fields above say them; n8n hands over only what a user has set. */
const DEFAULTS: Record<string, unknown> = Object.fromEntries(
	(optionsField.options ?? []).map((option) => [
		option.name,
		'default' in option && option.default,
	]),
);

export interface Options {
	maxParallel: number;
	timeoutSeconds: number;
	maxCredits: number;
	fileName: string;
}

function numberIn(name: string, value: unknown, min: number, max: number): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= min && number <= max) return number;
	const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `The option "${name}" must be a number ${range}`,
		advice: 'Correct it in the options of this node.',
	});
}

/** @throws Flux2Failure `invalid-input` for a number that makes no sense. */
export function readOptions(ctx: IExecuteFunctions, itemIndex: number): Options {
	const set = ctx.getNodeParameter('options', itemIndex, {}) as Partial<
		Record<keyof Options, unknown>
	>;
	const all = { ...DEFAULTS, ...set };
	const no = Number.MAX_SAFE_INTEGER;
	return {
		maxParallel: Math.floor(numberIn('Max Parallel', all.maxParallel, 1, MAX_PARALLEL)),
		timeoutSeconds: numberIn('Timeout', all.timeoutSeconds, 1, no),
		maxCredits: numberIn('Max Credits', all.maxCredits, 0, no),
		fileName: String(all.fileName || DEFAULTS.fileName),
	};
}
