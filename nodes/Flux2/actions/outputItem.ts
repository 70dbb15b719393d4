import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { priceOf } from '../api/contract';
import { Flux2Failure } from '../api/failures';
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

/** Those of them that tell what became of an image. */
export const OUTCOME_KEYS: ReadonlySet<string> = new Set([
	'taskId',
	'status',
	'providerStatus',
	'imageUrl',
	'imageUrls',
	'creditsCharged',
	'charged',
	'downloadError',
	'error',
	'errorCode',
]);

/**
 * Whether the item is of a task that is not done yet, as far as anybody can tell. A failed item may be
 * `unknown` or `pending` too: nobody waits for it.
 */
export const isPendingItem = ({ json }: INodeExecutionData): boolean =>
	json.errorCode === undefined && (json.status === 'pending' || json.status === 'unknown');

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
 *
 * @param isUnproven whether the URLs stood where no image is known to stand: then a file that is
 *   something else is dropped.
 */
export async function attachImages(
	ctx: NodeContext,
	item: INodeExecutionData,
	{ download: isWanted, fileName, outputField }: DownloadOptions,
	signal?: AbortSignal,
	isUnproven = false,
): Promise<INodeExecutionData> {
	const { taskId, imageUrls } = item.json as { taskId?: string; imageUrls?: string[] };
	if (!isWanted || taskId === undefined || imageUrls === undefined) return item;
	const kept: string[] = [];
	const problems: string[] = [];
	const binary: IBinaryKeyData = {};
	const baseName = fileName.replaceAll('{taskId}', taskId);
	for (const url of imageUrls) {
		const suffix = kept.length === 0 ? '' : `_${kept.length}`;
		const result = await download(ctx, url, `${baseName}${suffix}`, signal);
		if ('problem' in result && isUnproven && result.isNoImage) continue;
		kept.push(url);
		if ('binary' in result) binary[`${outputField}${suffix}`] = result.binary;
		else problems.push(`${url}: ${result.problem}`);
	}
	const json = { ...item.json, imageUrl: kept[0] ?? null, imageUrls: kept };
	const error = `The image is ready but could not be downloaded. ${problems.join('; ')}`;
	return {
		...item,
		json: problems.length === 0 ? json : { ...json, downloadError: error },
		...(Object.keys(binary).length > 0 && { binary: { ...item.binary, ...binary } }),
	};
}

/**
 * The one place that turns a task into the item a user sees, for every way of waiting.
 *
 * @throws Flux2Failure `no-image` where nothing in a response of unknown format proved to be an image.
 */
export async function toOutputItem(
	ctx: NodeContext,
	task: Exclude<Task, { state: 'failed' }>,
	downloadOptions: DownloadOptions,
	request?: RequestSummary,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	const isUnproven = 'unknownKeys' in task;
	const item = taskItem(task, request);
	const output = await attachImages(ctx, item, downloadOptions, signal, isUnproven);
	if (!isUnproven || output.json.imageUrl !== null) return output;
	const excerpt = `only URLs that are no images: ${String(task.imageUrls)}`;
	const { id, providerStatus } = task;
	throw new Flux2Failure({ kind: 'no-image', providerStatus, excerpt }, id);
}
