import type { IBinaryData, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { pause } from './clock';
import type { NodeContext } from './credential';
import { cleanFileName, cleanMime, extensionOf, IMAGE_MIME, isCutOff, sniff } from './imageFile';
import { countBytes, peek, type Stream } from './stream';

const MAX_BYTES = 100 * 1024 * 1024;
const TRIES = 3;
const TIMEOUT_MS = 120_000;
const MAX_REDIRECTS = 5;

/** Why an image could not be downloaded, and whether another try may succeed. */
class DownloadError extends Error {
	constructor(
		message: string,
		readonly isTemporary: boolean,
		/** The whole file came, and it is something else. */
		readonly isNoImage = false,
	) {
		super(message);
	}
}

const asDownloadError = (error: unknown): DownloadError =>
	error instanceof DownloadError
		? error
		: new DownloadError('the connection was interrupted or could not be made', true);

const tooLarge = (): DownloadError => new DownloadError('it is larger than 100 MB', false);

function mimeOf(head: Buffer, header: string): string {
	if (head.length === 0) throw new DownloadError('the file is empty', true);
	const seen = sniff(head);
	if (seen !== undefined) return seen;
	if (IMAGE_MIME.test(header) && !head.toString('latin1').match(/^\s*<(!doctype|html)/i))
		return header;
	throw new DownloadError(`it is not an image (${header || 'no content type'})`, false, true);
}

function check(response: IN8nHttpFullResponse): void {
	const { statusCode: status, headers } = response;
	if (status === 404 || status === 410 || status === 403)
		throw new DownloadError(`the link answered ${status}; it may have expired`, status === 404);
	if (status < 200 || status > 299)
		throw new DownloadError(`the link answered ${status}`, status >= 500 || status === 429);
	if (Number(headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
}

async function attempt(
	ctx: NodeContext,
	url: string,
	name: string,
	signal?: AbortSignal,
): Promise<IBinaryData> {
	const limit = AbortSignal.timeout(TIMEOUT_MS);
	const request: IHttpRequestOptions = {
		method: 'GET',
		url,
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		maxRedirects: MAX_REDIRECTS,
		timeout: TIMEOUT_MS,
		abortSignal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
	};
	const response = (await ctx.helpers.httpRequest(request)) as IN8nHttpFullResponse;
	const stream = response.body as unknown as Stream;
	// A connection that breaks while nobody listens would end n8n itself; whoever reads still sees it.
	stream.on('error', () => undefined);
	try {
		return await store(ctx, response, stream, name);
	} catch (error) {
		stream.destroy();
		throw asDownloadError(error);
	}
}

async function store(
	ctx: NodeContext,
	response: IN8nHttpFullResponse,
	stream: Stream,
	name: string,
): Promise<IBinaryData> {
	check(response);
	const received = countBytes(stream, MAX_BYTES, tooLarge);
	const mime = mimeOf(await peek(stream), cleanMime(response.headers['content-type']));
	const fileName = `${cleanFileName(name)}.${extensionOf(mime)}`;
	const binary = await ctx.helpers.prepareBinaryData(stream as never, fileName, mime);
	if (isCutOff(mime, received.tail)) throw new DownloadError('the file is cut off', true);
	return binary;
}

/** An image in n8n's binary store, or why it could not be fetched. Its URL is known either way. */
export type Downloaded = { binary: IBinaryData } | { problem: string; isNoImage: boolean };

/**
 * Streams an image into n8n's binary store. The key is not sent: the URL may be anybody's. Private
 * addresses are left to n8n's own protection. Never throws: a paid image is not lost for want of
 * its bytes.
 *
 * @param name file name without extension; it is cleaned.
 */
export async function download(
	ctx: NodeContext,
	url: string,
	name: string,
	signal?: AbortSignal,
): Promise<Downloaded> {
	let problem = '';
	let isNoImage = false;
	for (let tries = 1; tries <= TRIES; tries++) {
		try {
			return { binary: await attempt(ctx, url, name, signal) };
		} catch (error) {
			const { message, isTemporary, ...reason } = asDownloadError(error);
			problem = message;
			isNoImage = reason.isNoImage;
			if (signal?.aborted || !isTemporary) break;
			if (tries < TRIES && !(await pause(500 * tries, signal))) break;
		}
	}
	return { problem, isNoImage };
}
