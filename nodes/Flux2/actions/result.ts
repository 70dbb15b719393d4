import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';
import type { Task } from '../api/task';
import { withTaskId } from '../api/toFailure';
import type { NodeContext } from '../transport/credential';
import { readImageField, type DownloadOptions } from './downloadFields';
import { failureItem } from './failureItem';
import { readIncludeInputFields } from './options';
import { isPendingItem, OUTCOME_KEYS, toOutputItem, type RequestSummary } from './outputItem';
import { throwIfFailed } from './waitForTask';

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

/** What came of a task, however it was waited for: its item with the files, or why there is none. */
export async function outcomeOfTask(
	ctx: NodeContext,
	taskId: string,
	getTask: () => Promise<Task>,
	downloadOptions: DownloadOptions,
	{ request, signal }: { request?: RequestSummary; signal?: AbortSignal },
): Promise<Pick<Result, 'outcome' | 'unknownKeys'>> {
	try {
		const task = throwIfFailed(await getTask());
		const outcome = await toOutputItem(ctx, task, downloadOptions, request, signal);
		return { outcome, ...('unknownKeys' in task && { unknownKeys: task.unknownKeys }) };
	} catch (error) {
		const failure = withTaskId(error, taskId);
		if (request === undefined) return { outcome: failure };
		const { prompt, createdAt: sentAt } = request;
		return { outcome: new Flux2Failure(failure.failure, failure.taskId, { prompt, sentAt }) };
	}
}

/** The JSON of both. What became of an earlier image, as the input says it, is not said of this one. */
function withInput(input: IDataObject, own: IDataObject): IDataObject {
	const kept = Object.entries(input).filter(([key]) => !('status' in own && OUTCOME_KEYS.has(key)));
	return { ...Object.fromEntries(kept), ...own };
}

/**
 * The input item of a result, where its fields and files are wanted in the output. Files in the fields of
 * the node's own images stay behind, whatever becomes of those: the next node would take them for images.
 */
function inputOf(ctx: IExecuteFunctions, itemIndex: number): INodeExecutionData | undefined {
	const input = readIncludeInputFields(ctx, itemIndex) ? ctx.getInputData()[itemIndex] : undefined;
	if (input?.binary === undefined) return input;
	const field = readImageField(ctx, itemIndex);
	if (field === undefined) return input;
	const isOurs = (name: string): boolean =>
		name.startsWith(field) && /^(_\d+)?$/.test(name.slice(field.length));
	const files = Object.entries(input.binary).filter(([name]) => !isOurs(name));
	return { json: input.json, ...(files.length > 0 && { binary: Object.fromEntries(files) }) };
}

/**
 * The output item of a result.
 *
 * @param input the item whose JSON and files it takes along; what it has itself counts.
 * @param isStored see `failureItem`.
 */
export function itemOf(
	ctx: NodeContext,
	{ itemIndex, outcome }: Result,
	input: INodeExecutionData | undefined,
	isStored = false,
): INodeExecutionData {
	const item: INodeExecutionData =
		outcome instanceof Flux2Failure
			? failureItem(ctx, outcome, itemIndex, isStored)
			: { ...outcome, pairedItem: { item: itemIndex } };
	if (input === undefined) return item;
	item.json = withInput(input.json, item.json);
	if (input.binary !== undefined) item.binary = { ...input.binary, ...item.binary };
	return item;
}

/**
 * The output items of a run, in the order of its results, each with its input where that is wanted.
 *
 * @param isStored see `failureItem`.
 */
export const itemsOf = (
	ctx: IExecuteFunctions,
	results: readonly Result[],
	isStored = false,
): INodeExecutionData[] =>
	results.map((result) => itemOf(ctx, result, inputOf(ctx, result.itemIndex), isStored));
