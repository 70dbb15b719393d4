import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { priceOf } from '../api/contract';
import type { ImageRequest } from '../api/request';
import type { Task } from '../api/task';
import type { NodeContext } from '../transport/credential';
import { download } from '../transport/download';
import type { DownloadOptions } from './downloadFields';

/** The part of an order that its item shows. */
export type RequestSummary = Pick<ImageRequest, 'mode' | 'resolution' | 'aspectRatio'>;

function taskJson(task: Task, request: RequestSummary | undefined): IDataObject {
	const imageUrls = task.state === 'succeeded' ? task.imageUrls : [];
	return {
		taskId: task.id,
		status: task.state,
		providerStatus: task.providerStatus,
		imageUrl: imageUrls[0] ?? null,
		imageUrls,
		...(request === undefined
			? {}
			: {
					creditsEstimated: priceOf(request.mode, request.resolution),
					mode: request.mode,
					resolution: request.resolution,
					aspectRatio: request.aspectRatio,
				}),
		...(task.state === 'succeeded' && task.creditsCharged !== undefined
			? { creditsCharged: task.creditsCharged }
			: {}),
		...(task.state === 'failed' ? { error: task.reason } : {}),
	};
}

/** The item of a task without its image. */
export const taskItem = (task: Task, request?: RequestSummary): INodeExecutionData => ({
	json: taskJson(task, request),
});

/**
 * Fetches the images that an item of ours names. One that cannot be downloaded keeps its URL, and
 * `downloadError` says why.
 */
export async function attachImages(
	ctx: NodeContext,
	item: INodeExecutionData,
	downloadOptions: DownloadOptions,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	const { taskId, imageUrls } = item.json as { taskId?: string; imageUrls?: string[] };
	if (!downloadOptions.download || taskId === undefined || imageUrls === undefined) return item;
	const shown: INodeExecutionData = { ...item, json: { ...item.json } };
	const problems: string[] = [];
	const baseName = downloadOptions.fileName.replaceAll('{taskId}', taskId);
	for (const [index, url] of imageUrls.entries()) {
		const suffix = index === 0 ? '' : `_${index}`;
		const got = await download(ctx, url, `${baseName}${suffix}`, signal);
		if ('binary' in got)
			(shown.binary ??= {})[`${downloadOptions.outputField}${suffix}`] = got.binary;
		else problems.push(`${url}: ${got.problem}`);
	}
	if (problems.length > 0)
		shown.json.downloadError = `The image is ready but could not be downloaded. ${problems.join('; ')}`;
	return shown;
}

/** The one place that turns a task into the item a user sees, for every way of waiting. */
export async function toOutputItem(
	ctx: NodeContext,
	task: Task,
	downloadOptions: DownloadOptions,
	request?: RequestSummary,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	return await attachImages(ctx, taskItem(task, request), downloadOptions, signal);
}
