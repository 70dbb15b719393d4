import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { priceOf } from '../api/contract';
import type { ImageRequest } from '../api/request';
import type { Task } from '../api/task';
import type { NodeContext } from '../transport/credential';
import { download } from '../transport/download';
import type { DownloadOptions } from './downloadFields';

/** The part of a request that its item shows. */
export interface RequestSummary
	extends Pick<ImageRequest, 'mode' | 'resolution' | 'aspectRatio' | 'prompt'> {
	/** ISO time at which the task was created. */
	createdAt: string;
}

/** Every field that the items of this node may have of their own. */
export const OUTPUT_KEYS: ReadonlySet<string> = new Set([
	'taskId',
	'status',
	'providerStatus',
	'imageUrl',
	'imageUrls',
	'creditsEstimated',
	'creditsCharged',
	'charged',
	'mode',
	'resolution',
	'aspectRatio',
	'prompt',
	'createdAt',
	'downloadError',
	'error',
	'errorCode',
]);

function taskJson(task: Task, request: RequestSummary | undefined): IDataObject {
	const imageUrls = task.state === 'succeeded' ? task.imageUrls : [];
	return {
		taskId: task.id,
		status: task.state,
		providerStatus: task.providerStatus,
		imageUrl: imageUrls[0] ?? null,
		imageUrls,
		...(request && { creditsEstimated: priceOf(request.mode, request.resolution), ...request }),
		...(task.state === 'succeeded' &&
			task.creditsCharged !== undefined && { creditsCharged: task.creditsCharged }),
		charged: 'yes',
	};
}

/** The item of a task without its image. A failed task is a failure, not an item. */
export const taskItem = (
	task: Exclude<Task, { state: 'failed' }>,
	request?: RequestSummary,
): INodeExecutionData => ({ json: taskJson(task, request) });

/**
 * Downloads the images that an item names. One that cannot be downloaded keeps its URL, and
 * `downloadError` says why.
 */
export async function attachImages(
	ctx: NodeContext,
	item: INodeExecutionData,
	{ download: isWanted, fileName, outputField }: DownloadOptions,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	const { taskId, imageUrls } = item.json as { taskId?: string; imageUrls?: string[] };
	if (!isWanted || taskId === undefined || imageUrls === undefined) return item;
	const output: INodeExecutionData = { ...item, json: { ...item.json } };
	const problems: string[] = [];
	const baseName = fileName.replaceAll('{taskId}', taskId);
	for (const [index, url] of imageUrls.entries()) {
		const suffix = index === 0 ? '' : `_${index}`;
		const result = await download(ctx, url, `${baseName}${suffix}`, signal);
		if ('binary' in result) (output.binary ??= {})[`${outputField}${suffix}`] = result.binary;
		else problems.push(`${url}: ${result.problem}`);
	}
	if (problems.length > 0)
		output.json.downloadError = `The image is ready but could not be downloaded. ${problems.join('; ')}`;
	return output;
}

/** The one place that turns a task into the item a user sees, for every way of waiting. */
export async function toOutputItem(
	ctx: NodeContext,
	task: Exclude<Task, { state: 'failed' }>,
	downloadOptions: DownloadOptions,
	request?: RequestSummary,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	return await attachImages(ctx, taskItem(task, request), downloadOptions, signal);
}
