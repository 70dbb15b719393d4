import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { priceOf } from '../api/contract';
import type { Order } from '../api/request';
import type { Task } from '../api/task';
import type { Host } from '../transport/connect';
import { download } from '../transport/download';
import type { Wanted } from './downloadFields';

/** The part of an order that its item shows. */
export type Shown = Pick<Order, 'mode' | 'resolution' | 'aspectRatio'>;

function jsonOf(task: Task, order: Shown | undefined): IDataObject {
	const imageUrls = task.state === 'succeeded' ? task.imageUrls : [];
	return {
		taskId: task.id,
		status: task.state,
		providerStatus: task.word,
		imageUrl: imageUrls[0] ?? null,
		imageUrls,
		...(order === undefined
			? {}
			: {
					creditsEstimated: priceOf(order.mode, order.resolution),
					mode: order.mode,
					resolution: order.resolution,
					aspectRatio: order.aspectRatio,
				}),
		...(task.state === 'succeeded' && task.creditsCharged !== undefined
			? { creditsCharged: task.creditsCharged }
			: {}),
		...(task.state === 'failed' ? { error: task.reason } : {}),
	};
}

/** The item of a task without its image. */
export const itemOf = (task: Task, order?: Shown): INodeExecutionData => ({
	json: jsonOf(task, order),
});

/**
 * Fetches the images that an item of ours names. One that cannot be downloaded keeps its URL, and
 * `downloadError` says why.
 */
export async function withImages(
	host: Host,
	item: INodeExecutionData,
	wanted: Wanted,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	const { taskId, imageUrls } = item.json as { taskId?: string; imageUrls?: string[] };
	if (!wanted.download || taskId === undefined || imageUrls === undefined) return item;
	const shown: INodeExecutionData = { ...item, json: { ...item.json } };
	const problems: string[] = [];
	const baseName = wanted.fileName.replaceAll('{taskId}', taskId);
	for (const [index, url] of imageUrls.entries()) {
		const suffix = index === 0 ? '' : `_${index}`;
		const got = await download(host, url, `${baseName}${suffix}`, signal);
		if ('binary' in got) (shown.binary ??= {})[`${wanted.outputField}${suffix}`] = got.binary;
		else problems.push(`${url}: ${got.problem}`);
	}
	if (problems.length > 0)
		shown.json.downloadError = `The image is ready but could not be downloaded. ${problems.join('; ')}`;
	return shown;
}

/** The one place that turns a task into the item a user sees, for every way of waiting. */
export async function conclude(
	host: Host,
	task: Task,
	wanted: Wanted,
	order?: Shown,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	return await withImages(host, itemOf(task, order), wanted, signal);
}
