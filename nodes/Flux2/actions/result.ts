import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import { failureItem } from './failureItem';
import { readIncludeInputFields } from './options';
import { isPendingItem, OUTCOME_KEYS } from './outputItem';

/** What came of one image, or of one task: its item, or why there is none. */
export interface Result {
	/** Of the input item it belongs to. */
	itemIndex: number;
	outcome: INodeExecutionData | Flux2Failure;
	/** The keys under which the image stood in a response whose format this version does not know. */
	unknownKeys?: readonly string[];
	/** Whether the request had fields that the price list does not cover. */
	hasAdditionalFields?: boolean;
}

export type Failed = Result & { outcome: Flux2Failure };

export const isFailed = (result: Result): result is Failed =>
	result.outcome instanceof Flux2Failure;

/** Whether a task exists that is not done yet, as far as anybody can tell. */
export const isPending = ({ outcome }: Result): boolean =>
	!(outcome instanceof Flux2Failure) && isPendingItem(outcome);

/** The JSON of both. What became of an earlier image, as the input says it, is not said of this one. */
function withInput(input: IDataObject, own: IDataObject): IDataObject {
	const kept = Object.entries(input).filter(([key]) => !('status' in own && OUTCOME_KEYS.has(key)));
	return { ...Object.fromEntries(kept), ...own };
}

/**
 * The output item of a result, with the JSON and the files of its input item where that is wanted.
 *
 * @param isStored see `failureItem`.
 */
export function itemOf(
	ctx: IExecuteFunctions,
	{ itemIndex, outcome }: Result,
	isStored = false,
): INodeExecutionData {
	const item: INodeExecutionData =
		outcome instanceof Flux2Failure
			? failureItem(ctx, outcome, itemIndex, isStored)
			: { ...outcome, pairedItem: { item: itemIndex } };
	const input = ctx.getInputData()[itemIndex];
	if (input === undefined || !readIncludeInputFields(ctx, itemIndex)) return item;
	item.json = withInput(input.json, item.json);
	if (input.binary !== undefined) item.binary = { ...input.binary, ...item.binary };
	return item;
}
