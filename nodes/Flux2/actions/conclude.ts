import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { priceOf } from '../api/contract';
import type { Order } from '../api/request';
import type { Task } from '../api/task';
import type { Host } from '../transport/connect';
import { download } from '../transport/download';

/** Where the images go. Shared by everything that shows a task. */
export const downloadFields = (
	displayOptions?: INodeProperties['displayOptions'],
): INodeProperties[] => [
	{
		displayName: 'Download Image',
		name: 'download',
		type: 'boolean',
		default: true,
		description:
			'Whether to put the image file into the item. Links of the service expire, so switch this off only if you fetch the file yourself.',
		...(displayOptions === undefined ? {} : { displayOptions }),
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputField',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
		description: 'Further images of the same task get _1, _2 and so on at the end of the name',
		displayOptions: { ...displayOptions, show: { ...displayOptions?.show, download: [true] } },
	},
];

export interface Wanted {
	download: boolean;
	/** Binary field of the first image. */
	outputField: string;
	/** Without extension; `{taskId}` is filled in. */
	fileName: string;
}

/** Reads the fields above; an empty field name falls back to n8n's usual one. */
export function wantedFrom(fields: {
	download: unknown;
	outputField: unknown;
	fileName: string;
}): Wanted {
	return {
		download: fields.download !== false,
		outputField: String(fields.outputField ?? '').trim() || 'data',
		fileName: fields.fileName,
	};
}

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

/**
 * The one place that turns a task into the item a user sees, for both nodes and every way of waiting.
 * An image that cannot be downloaded keeps its URL, and `downloadError` says why.
 */
export async function conclude(
	host: Host,
	task: Task,
	wanted: Wanted,
	order?: Shown,
	signal?: AbortSignal,
): Promise<INodeExecutionData> {
	const item: INodeExecutionData = { json: jsonOf(task, order) };
	if (task.state !== 'succeeded' || !wanted.download) return item;
	const problems: string[] = [];
	const baseName = wanted.fileName.replaceAll('{taskId}', task.id);
	for (const [index, url] of task.imageUrls.entries()) {
		const suffix = index === 0 ? '' : `_${index}`;
		const got = await download(host, url, `${baseName}${suffix}`, signal);
		if ('binary' in got) (item.binary ??= {})[`${wanted.outputField}${suffix}`] = got.binary;
		else problems.push(`${url}: ${got.problem}`);
	}
	if (problems.length > 0)
		item.json.downloadError = `The image is ready but could not be downloaded. ${problems.join('; ')}`;
	return item;
}
