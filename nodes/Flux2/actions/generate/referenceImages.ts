import { createHash } from 'node:crypto';
import type { IBinaryData, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MAX_REFERENCE_IMAGES } from '../../api/contract';
import { Flux2Failure } from '../../api/failures';
import type { Reference, RequestInput } from '../../api/request';
import { isUnreachable } from '../../transport/reachability';

/** Long enough for a full queue at the service. */
const LINK_LIFETIME = '2 hours';

export const referenceImagesField: INodeProperties = {
	displayName: 'Reference Images',
	name: 'referenceImages',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Reference Image' },
	placeholder: 'Add Reference Image',
	default: {},
	description: `Up to ${MAX_REFERENCE_IMAGES} images to work from (image to image), e.g. a photo of your product. Leave empty for text to image.`,
	options: [
		{
			displayName: 'Image',
			name: 'image',
			values: [
				{
					displayName: 'From',
					name: 'from',
					type: 'options',
					default: 'url',
					options: [
						{ name: 'URL', value: 'url', description: 'A public web address' },
						{ name: 'Binary Field', value: 'binary', description: 'A file in the incoming item' },
					],
				},
				{
					displayName: 'URL',
					name: 'url',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://example.com/product.jpg',
					description: 'Address of the image. An expression may give a list of addresses.',
					displayOptions: { show: { from: ['url'] } },
				},
				{
					displayName: 'Binary Field',
					name: 'field',
					type: 'string',
					default: 'data',
					placeholder: 'e.g. data',
					hint: 'The name of the input field with the file',
					description:
						'The service fetches the file from this n8n through a signed link, so this n8n must be reachable from the internet',
					displayOptions: { show: { from: ['binary'] } },
				},
			],
		},
	],
};

interface Row {
	from?: unknown;
	url?: unknown;
	field?: unknown;
}

const invalid = (problem: string, advice: string): never => {
	throw new Flux2Failure({ kind: 'invalid-input', problem, advice });
};

function fileIn(ctx: IExecuteFunctions, itemIndex: number, field: string): IBinaryData {
	const binary = ctx.getInputData()[itemIndex]?.binary;
	const file = binary?.[field];
	if (file !== undefined) return file;
	const there = Object.keys(binary ?? {});
	return invalid(
		`The item has no file in the binary field "${field}"`,
		there.length === 0
			? 'Put a node before this one that gives a file, such as "HTTP Request" or "Read File".'
			: `It has: ${there.join(', ')}.`,
	);
}

/** A copy of the file and its public link. A copy, because n8n moves files that came in by webhook. */
async function linkTo(ctx: IExecuteFunctions, bytes: Buffer, file: IBinaryData): Promise<string> {
	const copy = await ctx.helpers.prepareBinaryData(
		bytes,
		file.fileName ?? 'reference',
		file.mimeType,
	);
	if (copy.id === undefined)
		return invalid(
			'This n8n keeps files in memory, so API in One cannot fetch the reference image',
			'Ask whoever runs n8n to set N8N_DEFAULT_BINARY_DATA_MODE=filesystem, or use a URL as reference image.',
		);
	return ctx.helpers.createBinarySignedUrl(copy, LINK_LIFETIME);
}

/**
 * The reference images of an item as they were filled in. Files are read and hashed; that they can
 * be linked is checked now, before anything is ordered.
 *
 * @throws Flux2Failure `invalid-input`
 */
export async function readReferences(
	ctx: IExecuteFunctions,
	itemIndex: number,
	baseUrl: string,
): Promise<RequestInput['references']> {
	const set = ctx.getNodeParameter('referenceImages', itemIndex, {}) as { image?: Row[] };
	const references: Array<RequestInput['references'][number]> = [];
	for (const row of set.image ?? []) {
		if (row.from !== 'binary') {
			const urls: unknown[] = Array.isArray(row.url) ? row.url : [row.url];
			references.push(...urls.map((url) => ({ url })));
			continue;
		}
		const field = String(row.field ?? '').trim();
		const file = fileIn(ctx, itemIndex, field);
		const bytes = await ctx.helpers.getBinaryDataBuffer(itemIndex, field);
		const link =
			file.id === undefined
				? await linkTo(ctx, bytes, file)
				: ctx.helpers.createBinarySignedUrl(file, '1 minute');
		if (isUnreachable(link, baseUrl))
			invalid(
				`API in One cannot fetch the reference image: this n8n calls itself ${new URL(link).origin}`,
				'Set N8N_EDITOR_BASE_URL or WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n, or use a URL as reference image.',
			);
		references.push({ field, sha256: createHash('sha256').update(bytes).digest('hex') });
	}
	return references;
}

/** The links the service fetches, in order. Made just before the order, since they do not live long. */
export async function createLinks(
	ctx: IExecuteFunctions,
	itemIndex: number,
	references: readonly Reference[],
): Promise<string[]> {
	const links: string[] = [];
	for (const reference of references) {
		if ('url' in reference) {
			links.push(reference.url);
			continue;
		}
		const file = fileIn(ctx, itemIndex, reference.field);
		const bytes = await ctx.helpers.getBinaryDataBuffer(itemIndex, reference.field);
		links.push(await linkTo(ctx, bytes, file));
	}
	return links;
}
