import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

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

export interface DownloadOptions {
	download: boolean;
	/** Binary field of the first image. */
	outputField: string;
	/** Without extension; `{taskId}` is filled in. */
	fileName: string;
}

/** What the values of these fields mean; an empty field name falls back to n8n's usual one. */
export function toDownloadOptions(fields: {
	download: unknown;
	outputField: unknown;
	fileName: string;
}): DownloadOptions {
	return {
		download: fields.download !== false,
		outputField: String(fields.outputField ?? '').trim() || 'data',
		fileName: fields.fileName,
	};
}

/** Reads the fields of one item. An AI agent wants no files. */
export const readDownloadOptions = (
	ctx: IExecuteFunctions,
	itemIndex: number,
	fileName: string,
	isTool = false,
): DownloadOptions =>
	toDownloadOptions({
		download: !isTool && ctx.getNodeParameter('download', itemIndex, true),
		outputField: ctx.getNodeParameter('outputField', itemIndex, 'data'),
		fileName,
	});
