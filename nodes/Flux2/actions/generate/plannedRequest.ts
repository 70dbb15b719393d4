import { priceOf } from '../../api/contract';
import { Flux2Failure } from '../../api/failures';
import { fingerprint, type ImageRequest } from '../../api/request';
import { toFailure } from '../../api/toFailure';
import { validateInput } from '../../api/validateInput';
import type { LedgerKey } from '../../transport/ledger';
import { checkCallbackUrl } from './callbackUrl';
import { readDownloadOptions, type DownloadOptions } from '../downloadFields';
import { readItemOptions } from '../options';
import type { Run } from '../run';
import type { ReferenceFiles } from './referenceFiles';
import { readReferences } from './referenceImages';

/** One image to generate, read and checked: everything that can be known before money is spent. */
export interface PlannedRequest extends LedgerKey {
	request: ImageRequest;
	/** Credits of the price list. */
	credits: number;
	timeoutSeconds: number;
	continueOnTimeout: boolean;
	downloadOptions: DownloadOptions;
}

/** One output item to come, or why there is none. */
export interface Planned {
	itemIndex: number;
	request: PlannedRequest | Flux2Failure;
}

export const requestsOf = (planned: readonly Planned[]): PlannedRequest[] =>
	planned.flatMap(({ request }) => (request instanceof Flux2Failure ? [] : [request]));

async function planItem(
	{ ctx, account, isTool }: Run,
	files: ReferenceFiles,
	itemIndex: number,
	usesCallbackUrl: boolean,
): Promise<PlannedRequest[]> {
	const parameter = (name: string, fallback: unknown): unknown =>
		ctx.getNodeParameter(name, itemIndex, fallback);
	const callbackUrl = usesCallbackUrl ? parameter('callbackUrl', '') : '';
	checkCallbackUrl(callbackUrl, account.baseUrl);
	const options = readItemOptions(ctx, itemIndex);
	const request = validateInput({
		prompt: parameter('prompt', ''),
		mode: parameter('mode', 'pro'),
		resolution: parameter('resolution', '1K'),
		aspectRatio: parameter('aspectRatio', '1:1'),
		references: await readReferences(ctx, files, itemIndex),
		needsReference: parameter('operation', 'generate') === 'edit',
		callbackUrl,
		additionalBodyFields: options.additionalBodyFields,
	});
	const planned = {
		itemIndex,
		request,
		fingerprint: fingerprint(request),
		credits: priceOf(request.mode, request.resolution),
		timeoutSeconds: options.timeoutSeconds,
		continueOnTimeout: options.continueOnTimeout,
		downloadOptions: readDownloadOptions(ctx, itemIndex, options.fileName, isTool),
	};
	return Array.from({ length: options.numberOfImages }, (_, imageIndex) => ({
		...planned,
		imageIndex,
	}));
}

/**
 * Reads every item. Nothing is sent; an item that cannot be used is a failure in its place.
 *
 * @param usesCallbackUrl whether the node's field "Callback URL" counts.
 */
export async function planRequests(
	run: Run,
	files: ReferenceFiles,
	usesCallbackUrl: boolean,
): Promise<Planned[]> {
	const planned: Planned[] = [];
	for (let itemIndex = 0; itemIndex < run.ctx.getInputData().length; itemIndex++) {
		try {
			const requests = await planItem(run, files, itemIndex, usesCallbackUrl);
			planned.push(...requests.map((request) => ({ itemIndex, request })));
		} catch (error) {
			planned.push({ itemIndex, request: toFailure(error) });
		}
	}
	return planned;
}
