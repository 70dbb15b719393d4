import type { IBinaryData, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { pause } from './clock';
import type { Host } from './connect';

const MAX_BYTES = 100 * 1024 * 1024;
const TRIES = 3;
const TIMEOUT_MS = 120_000;
const MAX_REDIRECTS = 5;

/** Enough to see what a file is. */
const HEAD_BYTES = 64;

/** The part of a Node stream that is used here; `node:stream` itself is closed to n8n packages. */
type Stream = NodeJS.ReadableStream & { destroy(error?: Error): void };

/** Why an image could not be fetched. `again`: another try may bring it. */
class DownloadError extends Error {
	constructor(
		message: string,
		readonly again: boolean,
	) {
		super(message);
	}
}

const SIGNATURES: ReadonlyArray<readonly [mime: string, offset: number, bytes: string]> = [
	['image/png', 0, '89504e470d0a1a0a'],
	['image/jpeg', 0, 'ffd8ff'],
	['image/webp', 8, '57454250'],
	['image/gif', 0, '47494638'],
	['image/avif', 4, '6674797061766966'],
];

/** The MIME type that the first bytes of a file show, or undefined. */
export function sniff(head: Buffer): string | undefined {
	return SIGNATURES.find(([, offset, bytes]) =>
		head.subarray(offset, offset + bytes.length / 2).equals(Buffer.from(bytes, 'hex')),
	)?.[0];
}

const cleanMime = (header: unknown): string =>
	String(header ?? '')
		.split(';')[0]
		?.trim()
		.toLowerCase() ?? '';

/** What may stand behind `image/`: the server of the image says it, and it becomes a file ending. */
const IMAGE_MIME = /^image\/[a-z0-9]+([.+-][a-z0-9]+)*$/;

/** File ending of an image's MIME type. */
export const extensionOf = (mime: string): string =>
	mime
		.replace(/^image\//, '')
		.replace('jpeg', 'jpg')
		.replace(/\+.*$/, '')
		.replace(/^x-/, '');

/** A file name that every file system and n8n take: no paths, no control characters. */
export const cleanFileName = (name: string): string =>
	name
		.slice(0, 500)
		.replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
		.slice(0, 120)
		.replace(/^[.\s-]+|[.\s]+$/g, '') || 'flux2';

/** The first bytes, put back so that whoever reads the stream gets all of it. */
async function peek(stream: Stream): Promise<Buffer> {
	const readable = stream as Stream & { unshift(chunk: Buffer): void };
	const head = await new Promise<Buffer>((resolve, reject) => {
		const broken = new Error('the connection broke off');
		// It will tell of nothing any more.
		if ((readable as { destroyed?: boolean }).destroyed === true) return reject(broken);
		const settle = (act: () => void) => (): void => {
			readable.removeListener('readable', onReadable);
			readable.removeListener('end', onEnd);
			readable.removeListener('error', onError);
			readable.removeListener('close', onClose);
			act();
		};
		const onError = (error: Error): void => settle(() => reject(error))();
		const onClose = (): void => onError(broken);
		const onEnd = (): void => settle(() => resolve(Buffer.alloc(0)))();
		const onReadable = (): void => {
			// Not just what came first: a server may begin with a single byte, which shows nothing.
			const chunk: unknown = readable.read(HEAD_BYTES);
			if (chunk !== null) settle(() => resolve(Buffer.from(chunk as Buffer)))();
		};
		readable.on('readable', onReadable);
		readable.on('end', onEnd);
		readable.on('error', onError);
		readable.on('close', onClose);
	});
	if (head.length > 0) readable.unshift(head);
	return head;
}

/**
 * Ends the stream with an error as soon as more than the cap has come into it. Counted where data
 * enters: n8n reads a stream in different ways, and listening or pausing would disturb some of them.
 */
function capped(stream: Stream): void {
	const source = stream as Stream & { push(chunk: Buffer | null, encoding?: string): boolean };
	const push = source.push.bind(source);
	let bytes = 0;
	source.push = (chunk, encoding) => {
		bytes += chunk?.length ?? 0;
		if (bytes <= MAX_BYTES) return push(chunk, encoding);
		stream.destroy(new DownloadError('it is larger than 100 MB', false));
		return false;
	};
}

function mimeOf(head: Buffer, header: string): string {
	if (head.length === 0) throw new DownloadError('the file is empty', true);
	const seen = sniff(head);
	if (seen !== undefined) return seen;
	if (IMAGE_MIME.test(header) && !head.toString('latin1').match(/^\s*<(!doctype|html)/i))
		return header;
	throw new DownloadError(`it is no image (${header || 'of no stated type'})`, false);
}

function check(response: IN8nHttpFullResponse): void {
	const { statusCode: status, headers } = response;
	if (status === 404 || status === 410 || status === 403)
		throw new DownloadError(`the link answered ${status}; it may have expired`, status === 404);
	if (status < 200 || status > 299)
		throw new DownloadError(`the link answered ${status}`, status >= 500 || status === 429);
	if (Number(headers['content-length'] ?? 0) > MAX_BYTES)
		throw new DownloadError('it is larger than 100 MB', false);
}

async function attempt(
	host: Host,
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
	const response = (await host.helpers.httpRequest(request)) as IN8nHttpFullResponse;
	const stream = response.body as unknown as Stream;
	// A connection that breaks while nobody listens would end n8n itself; whoever reads still sees it.
	stream.on('error', () => undefined);
	const [stored] = await Promise.allSettled([store(host, response, stream, name)]);
	if (stored.status === 'fulfilled') return stored.value;
	stream.destroy();
	throw stored.reason;
}

async function store(
	host: Host,
	response: IN8nHttpFullResponse,
	stream: Stream,
	name: string,
): Promise<IBinaryData> {
	check(response);
	const mime = mimeOf(await peek(stream), cleanMime(response.headers['content-type']));
	capped(stream);
	const fileName = `${cleanFileName(name)}.${extensionOf(mime)}`;
	return await host.helpers.prepareBinaryData(stream as never, fileName, mime);
}

/** An image in n8n's binary store, or why it could not be fetched. Its URL is known either way. */
export type Downloaded = { binary: IBinaryData } | { problem: string };

/**
 * Streams an image into n8n's binary store. The key is not sent: the URL may be anybody's. Private
 * addresses are left to n8n's own protection. Never throws: a paid image is not lost for want of
 * its bytes.
 *
 * @param name file name without extension; it is cleaned.
 */
export async function download(
	host: Host,
	url: string,
	name: string,
	signal?: AbortSignal,
): Promise<Downloaded> {
	let problem = '';
	for (let tries = 1; tries <= TRIES; tries++) {
		try {
			return { binary: await attempt(host, url, name, signal) };
		} catch (error) {
			const own = error instanceof DownloadError;
			problem = own ? error.message : 'the connection broke off or could not be made';
			if (signal?.aborted || (own && !error.again)) break;
			if (tries < TRIES && !(await pause(500 * tries, signal))) break;
		}
	}
	return { problem };
}
