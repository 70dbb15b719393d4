import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { Flux2Failure, toFailure } from '../api/failures';

const MAX_PARALLEL = 200;

const MAX_CREDITS = 1_000_000_000;

/** A week: longer than the service keeps a task's files by any page. */
const MAX_TIMEOUT_SECONDS = 7 * 24 * 3_600;

export const DEFAULT_FILE_NAME = 'flux2-{taskId}';

const onlyGenerate = { show: { '/operation': ['generate'] } };

const timeoutField: INodeProperties = {
	displayName: 'Timeout (Seconds)',
	name: 'timeoutSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_TIMEOUT_SECONDS },
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

/** What holds for the whole run. */
export interface RunOptions {
	/** Tasks in flight at once. */
	maxParallel: number;
	/** Credits of the price list; 0 is no limit. */
	maxCredits: number;
}

/** What may differ from item to item. */
export interface ItemOptions {
	timeoutSeconds: number;
	/** Without extension; `{taskId}` is replaced. */
	fileName: string;
}

const setOptions = (ctx: IExecuteFunctions, itemIndex: number): Record<string, unknown> => ({
	...DEFAULTS,
	...(ctx.getNodeParameter('options', itemIndex, {}) as IDataObject),
});

function numberIn(name: string, value: unknown, min: number, max: number): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= min && number <= max) return number;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `The option "${name}" must be a number from ${min} to ${max}`,
		advice: 'Correct it in the options of this node.',
	});
}

/**
 * A value that has to be the same for all items, because it holds for all of them together. An item
 * whose expressions cannot be resolved has no say: reading that item itself will tell why.
 *
 * @throws Flux2Failure `invalid-input` where an expression gives different values.
 */
export function sameForAllItems<T>(
	ctx: IExecuteFunctions,
	label: string,
	read: (itemIndex: number) => T,
	fallback: T,
): T {
	const values = ctx.getInputData().flatMap((_, itemIndex) => {
		try {
			return [read(itemIndex)];
		} catch (error) {
			if (error instanceof Flux2Failure) throw toFailure(error);
			return [];
		}
	});
	const [first = fallback] = values;
	const other = values.find((value) => value !== first);
	if (other === undefined) return first;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `"${label}" is "${String(first)}" for one item and "${String(other)}" for another`,
		advice: 'It applies to all items together, so its expression must give the same value for all.',
	});
}

/** @throws Flux2Failure `invalid-input` for a number that makes no sense. */
export function readRunOptions(ctx: IExecuteFunctions): RunOptions {
	const read = (label: string, name: keyof RunOptions, min: number, max: number): number =>
		sameForAllItems(
			ctx,
			label,
			(itemIndex) => numberIn(label, setOptions(ctx, itemIndex)[name], min, max),
			DEFAULTS[name] as number,
		);
	return {
		maxParallel: Math.floor(read('Max Parallel', 'maxParallel', 1, MAX_PARALLEL)),
		maxCredits: read('Max Credits', 'maxCredits', 0, MAX_CREDITS),
	};
}

/** @throws Flux2Failure `invalid-input` for a number that makes no sense. */
export function readItemOptions(ctx: IExecuteFunctions, itemIndex: number): ItemOptions {
	const options = setOptions(ctx, itemIndex);
	return {
		timeoutSeconds: numberIn('Timeout', options.timeoutSeconds, 1, MAX_TIMEOUT_SECONDS),
		fileName: String(options.fileName || DEFAULT_FILE_NAME),
	};
}
