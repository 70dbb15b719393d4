import type { IExecuteFunctions } from 'n8n-workflow';
import { priceOf } from '../../api/contract';
import { Flux2Failure, toFailure } from '../../api/failures';
import { fingerprint, validateInput, type ImageRequest } from '../../api/request';
import type { LedgerKey } from '../../transport/ledger';
import { isUnreachable } from '../../transport/reachability';
import { readDownloadOptions, type DownloadOptions } from '../downloadFields';
import { readItemOptions, sameForAllItems } from '../options';
import type { Run } from '../run';
import type { ReferenceFiles } from './referenceFiles';
import { readReferences } from './referenceImages';

const WAIT_FOR = ['image', 'callback', 'nothing'] as const;
export type WaitFor = (typeof WAIT_FOR)[number];

/** One item, read and checked: everything that can be known before money is spent. */
export interface PlannedRequest extends LedgerKey {
	request: ImageRequest;
	/** Credits of the price list. */
	credits: number;
	timeoutSeconds: number;
	downloadOptions: DownloadOptions;
}

export const isPlanned = (entry: PlannedRequest | Flux2Failure): entry is PlannedRequest =>
	!(entry instanceof Flux2Failure);

/** @throws Flux2Failure `invalid-input` for a value that does not exist, or differs between items. */
export function readWaitFor(ctx: IExecuteFunctions): WaitFor {
	const read = (itemIndex: number): unknown => ctx.getNodeParameter('waitFor', itemIndex, 'image');
	const value = sameForAllItems<unknown>(ctx, 'Wait For', read, 'image');
	const waitFor = WAIT_FOR.find((entry) => entry === value);
	if (waitFor !== undefined) return waitFor;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `"Wait For" cannot be "${String(value)}"`,
		advice: `Choose ${WAIT_FOR.join(', ')}.`,
	});
}

function checkCallbackUrl(callbackUrl: unknown, baseUrl: string): void {
	if (typeof callbackUrl !== 'string' || !isUnreachable(callbackUrl, baseUrl)) return;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `API in One cannot reach the callback URL: it is only on this machine (${callbackUrl})`,
		advice:
			'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n and copy the URL of the trigger again.',
	});
}

async function planRequest(
	{ ctx, account, isTool }: Run,
	files: ReferenceFiles,
	itemIndex: number,
	waitFor: WaitFor,
): Promise<PlannedRequest> {
	const parameter = (name: string, fallback: unknown): unknown =>
		ctx.getNodeParameter(name, itemIndex, fallback);
	const callbackUrl = waitFor === 'callback' ? '' : parameter('callbackUrl', '');
	checkCallbackUrl(callbackUrl, account.baseUrl);
	const request = validateInput({
		prompt: parameter('prompt', ''),
		mode: parameter('mode', 'pro'),
		resolution: parameter('resolution', '1K'),
		aspectRatio: parameter('aspectRatio', '1:1'),
		references: await readReferences(ctx, files, itemIndex),
		callbackUrl,
	});
	const { timeoutSeconds, fileName } = readItemOptions(ctx, itemIndex);
	return {
		itemIndex,
		request,
		fingerprint: fingerprint(request),
		credits: priceOf(request.mode, request.resolution),
		timeoutSeconds,
		downloadOptions: readDownloadOptions(ctx, itemIndex, fileName, isTool),
	};
}

/** Reads every item. Nothing is sent; an item that cannot be used is a failure in its place. */
export async function planRequests(
	run: Run,
	files: ReferenceFiles,
	waitFor: WaitFor,
): Promise<Array<PlannedRequest | Flux2Failure>> {
	const planned: Array<PlannedRequest | Flux2Failure> = [];
	for (let itemIndex = 0; itemIndex < run.ctx.getInputData().length; itemIndex++) {
		try {
			planned.push(await planRequest(run, files, itemIndex, waitFor));
		} catch (error) {
			planned.push(toFailure(error));
		}
	}
	return planned;
}
