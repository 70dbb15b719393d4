import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MAX_REFERENCE_IMAGES } from '../../api/contract';
import type { Reference } from '../../api/request';
import type { RequestInput } from '../../api/validateInput';
import type { ReferenceFiles } from './referenceFiles';

export const referenceImagesField: INodeProperties = {
	displayName: 'Reference Images',
	name: 'referenceImages',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Reference Image' },
	placeholder: 'Add Reference Image',
	default: {},
	description: `Up to ${MAX_REFERENCE_IMAGES} images to edit or combine, such as a product photo. Leave empty to generate from the prompt only.`,
	options: [
		{
			displayName: 'Image',
			name: 'image',
			values: [
				{
					displayName: 'Source',
					name: 'from',
					type: 'options',
					default: 'url',
					options: [
						{ name: 'URL', value: 'url', description: 'Image at a public URL' },
						{ name: 'Binary Field', value: 'binary', description: 'File in the input item' },
					],
				},
				{
					displayName: 'URL',
					name: 'url',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://example.com/product.jpg',
					description: 'Public URL of the image. An expression can also return a list of URLs.',
					displayOptions: { show: { from: ['url'] } },
				},
				{
					displayName: 'Input Data Field Name',
					name: 'field',
					type: 'string',
					default: 'data',
					placeholder: 'e.g. data',
					hint: 'The name of the input field containing the binary file data to be processed',
					description:
						'API in One downloads the file from n8n through a signed link, so n8n must be reachable from the internet',
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

/**
 * The reference images of an item as they were filled in; files are checked and hashed.
 *
 * @throws Flux2Failure `invalid-input` for a file that is missing or cannot be fetched.
 */
export async function readReferences(
	ctx: IExecuteFunctions,
	files: ReferenceFiles,
	itemIndex: number,
): Promise<RequestInput['references']> {
	const set = ctx.getNodeParameter('referenceImages', itemIndex, {}) as { image?: Row[] };
	const references: Array<RequestInput['references'][number]> = [];
	for (const { from, url, field } of set.image ?? []) {
		if (from !== 'binary') {
			const urls: unknown[] = Array.isArray(url) ? url : [url];
			references.push(...urls.map((one) => ({ url: one })));
			continue;
		}
		const name = String(field ?? '').trim();
		references.push({ field: name, sha256: await files.check(itemIndex, name) });
	}
	return references;
}

/** The links the service fetches, in order. Made just before the create: links to files expire. */
export async function createLinks(
	files: ReferenceFiles,
	itemIndex: number,
	references: readonly Reference[],
): Promise<string[]> {
	const links: string[] = [];
	for (const reference of references)
		links.push('url' in reference ? reference.url : await files.link(itemIndex, reference.field));
	return links;
}
