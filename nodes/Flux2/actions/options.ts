import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import { toFailure } from '../api/toFailure';
import {
	DEFAULT_FILE_NAME,
	MAX_IMAGES,
	MAX_PARALLEL,
	MAX_TIMEOUT_SECONDS,
	optionsField,
} from './optionsField';

const MAX_CREDITS = 1_000_000_000;

/** As the fields say them; n8n hands over only what a user has set. */
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
	/** Whether an item whose image is not ready in time continues as pending, instead of failing. */
	continueOnTimeout: boolean;
	/** Without extension; `{taskId}` is replaced. */
	fileName: string;
	includeInputFields: boolean;
	numberOfImages: number;
	/** As filled in: JSON text or an object. */
	additionalBodyFields: unknown;
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
		problem: `"${name}" must be a number from ${min} to ${max}`,
		advice: 'Correct it under Options.',
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
		maxParallel: Math.floor(read('Max Concurrent Images', 'maxParallel', 1, MAX_PARALLEL)),
		maxCredits: read('Max Credits', 'maxCredits', 0, MAX_CREDITS),
	};
}

function isContinue(onTimeout: unknown): boolean {
	if (onTimeout === 'continue' || onTimeout === 'fail') return onTimeout === 'continue';
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `"On Timeout" cannot be "${String(onTimeout)}"`,
		advice: 'Choose continue or fail.',
	});
}

/** @throws Flux2Failure `invalid-input` for a value that makes no sense. */
export function readItemOptions(ctx: IExecuteFunctions, itemIndex: number): ItemOptions {
	const options = setOptions(ctx, itemIndex);
	const { timeoutSeconds, numberOfImages, onTimeout } = options;
	return {
		timeoutSeconds: numberIn('Timeout', timeoutSeconds, 1, MAX_TIMEOUT_SECONDS),
		continueOnTimeout: isContinue(onTimeout),
		fileName: String(options.fileName || DEFAULT_FILE_NAME),
		includeInputFields: options.includeInputFields === true,
		numberOfImages: Math.floor(numberIn('Number of Images', numberOfImages, 1, MAX_IMAGES)),
		additionalBodyFields: options.additionalBodyFields,
	};
}

/** Whether an item's output shows its input, too; false where its options cannot be read. */
export function readIncludeInputFields(ctx: IExecuteFunctions, itemIndex: number): boolean {
	try {
		return setOptions(ctx, itemIndex).includeInputFields === true;
	} catch {
		return false;
	}
}
