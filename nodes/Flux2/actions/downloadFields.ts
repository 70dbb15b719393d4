import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { Flux2Failure } from '../api/failures';

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
			'Whether to download the image to the output item. Image links expire, so turn this off only if you download the file yourself.',
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
		description:
			'Additional images of the same task go to fields with the suffix _1, _2, and so on',
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

/** Names under which JavaScript keeps something else of an object. */
const RESERVED = ['__proto__', 'constructor', 'prototype'];

/**
 * What the values of these fields mean; an empty field name falls back to n8n's usual one.
 *
 * @throws Flux2Failure `invalid-input` for a field name that cannot be used.
 */
export function toDownloadOptions(fields: {
	download: unknown;
	outputField: unknown;
	fileName: string;
}): DownloadOptions {
	const outputField = String(fields.outputField ?? '').trim() || 'data';
	if (RESERVED.includes(outputField))
		throw new Flux2Failure({
			kind: 'invalid-input',
			problem: `The output field cannot be called "${outputField}"`,
			advice: 'Choose another name under "Put Output File in Field", such as data.',
		});
	return { download: fields.download !== false, outputField, fileName: fields.fileName };
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

/** The field that an item's image goes to; undefined where none is downloaded, or nobody can tell. */
export function readImageField(ctx: IExecuteFunctions, itemIndex: number): string | undefined {
	const isSet = (name: string, value: string): boolean =>
		ctx.getNodeParameter(name, itemIndex, '') === value;
	try {
		if (isSet('operation', 'estimate') || isSet('waitFor', 'nothing')) return undefined;
		const { download, outputField } = readDownloadOptions(ctx, itemIndex, '');
		return download ? outputField : undefined;
	} catch {
		return undefined;
	}
}
