import { PassThrough, Readable } from 'node:stream';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { clock } from '../../nodes/Flux2/transport/clock';
import type { NodeContext } from '../../nodes/Flux2/transport/credential';
import { download } from '../../nodes/Flux2/transport/download';
import { cleanFileName, extensionOf, isCutOff, sniff } from '../../nodes/Flux2/transport/imageFile';

const PNG_START = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 1)]);
const PNG = Buffer.concat([PNG_START, Buffer.from('0000000049454e44ae426082', 'hex')]);
const JPEG_START = Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(2_000)]);
const JPEG = Buffer.concat([JPEG_START, Buffer.from('ffd9', 'hex')]);
const GIF_START = Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(100, 1)]);
const IMAGE_URL = 'https://cdn.example/a.png';

const realClock = { ...clock };
beforeEach(() => Object.assign(clock, { sleep: async () => undefined, now: () => ++time }));
afterEach(() => Object.assign(clock, realClock));
let time = 0;

interface ImageResponse {
	status?: number;
	headers?: Record<string, string>;
	body?: Readable;
}

/** An n8n context whose requests get these responses, and which stores each file completely. */
function createContext(responses: Array<() => ImageResponse>) {
	const requests: IHttpRequestOptions[] = [];
	const stored: Array<{ bytes: Buffer; fileName: string; mimeType: string }> = [];
	const helpers = {
		httpRequest: async (request: IHttpRequestOptions) => {
			requests.push(request);
			const {
				status = 200,
				headers = {},
				body,
			} = (responses[requests.length - 1] ?? responses.at(-1)!)();
			return { statusCode: status, headers, body: body ?? Readable.from([]) };
		},
		prepareBinaryData: async (stream: Readable, fileName: string, mimeType: string) => {
			const chunks: Buffer[] = [];
			for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
			stored.push({ bytes: Buffer.concat(chunks), fileName, mimeType });
			return { fileName, mimeType, data: '' };
		},
	};
	return { ctx: { helpers } as unknown as NodeContext, requests, stored };
}

const image = (bytes = PNG, type = 'image/png'): ImageResponse => ({
	headers: { 'content-type': type },
	body: Readable.from([bytes], { objectMode: false }),
});

describe('an image is downloaded', () => {
	test('without a credential, with at most 5 redirects, and as a stream', async () => {
		const { ctx, requests, stored } = createContext([image]);
		await download(ctx, IMAGE_URL, 'flux2-1');
		expect(requests[0]).toMatchObject({ method: 'GET', url: IMAGE_URL, encoding: 'stream' });
		expect(requests[0]?.maxRedirects).toBe(5);
		expect(requests[0]).not.toHaveProperty('headers');
		expect(requests[0]).not.toHaveProperty('auth');
		expect(stored).toEqual([{ bytes: PNG, fileName: 'flux2-1.png', mimeType: 'image/png' }]);
	});

	test('completely, however small its chunks are', async () => {
		const chunks = [...PNG].map((byte) => Buffer.from([byte]));
		const body = () => ({ body: Readable.from(chunks, { objectMode: false }) });
		const { ctx, stored } = createContext([body]);
		await download(ctx, IMAGE_URL, 'flux2-1');
		expect(stored[0]).toMatchObject({ bytes: PNG, mimeType: 'image/png' });
	});

	test('with the type of its first bytes, whatever its Content-Type', async () => {
		const { ctx, stored } = createContext([() => image(PNG, 'image/webp')]);
		await download(ctx, IMAGE_URL, 'flux2-1');
		expect(stored[0]).toMatchObject({ fileName: 'flux2-1.png', mimeType: 'image/png' });
	});

	test('with its Content-Type, where the first bytes are not known', async () => {
		const { ctx, stored } = createContext([() => image(Buffer.from('II*new'), 'image/tiff; x=1')]);
		await download(ctx, IMAGE_URL, 'flux2-1');
		expect(stored[0]).toMatchObject({ fileName: 'flux2-1.tiff', mimeType: 'image/tiff' });
	});
});

describe('a failed download has a reason, and is tried again where that may help', () => {
	const status = (code: number) => (): ImageResponse => ({ status: code });
	const broken = (): ImageResponse => ({ body: new PassThrough().destroy(new Error('reset')) });
	const breaking = (): ImageResponse => {
		const body = new PassThrough();
		body.write(PNG);
		setImmediate(() => body.destroy(new Error('reset')));
		return { body };
	};
	const unreachable = (): ImageResponse => {
		throw new Error('connect ECONNREFUSED');
	};
	const textResponse = (type: string, text: string) => () => image(Buffer.from(text), type);

	test.each<[name: string, response: () => ImageResponse, problem: RegExp, tries: number]>([
		['an expired URL (403)', status(403), /403; it may have expired/, 1],
		['an expired URL (410)', status(410), /410; it may have expired/, 1],
		['an image that is not there yet', status(404), /404; it may have expired/, 3],
		['an error of the server', status(503), /answered 503/, 3],
		['too many requests', status(429), /answered 429/, 3],
		['a redirect without a location', status(302), /answered 302/, 1],
		['a refused connection', unreachable, /could not be made/, 3],
		['a connection closed at once', broken, /was interrupted/, 3],
		['a connection reset while downloading', breaking, /was interrupted/, 3],
		['an empty file', () => image(Buffer.alloc(0)), /empty/, 3],
		['a web page', textResponse('text/html', '<html>'), /not an image \(text\/html\)/, 1],
		[
			'a web page with an image Content-Type',
			textResponse('image/png', '\n <!DOCTYPE html>'),
			/not an image/,
			1,
		],
		[
			'text without a Content-Type',
			textResponse('', 'hello'),
			/not an image \(no content type\)/,
			1,
		],
		[
			'a Content-Type that is a path',
			textResponse('image/../../etc/x', 'hello'),
			/not an image/,
			1,
		],
		[
			'a file with a too large Content-Length',
			() => ({ ...image(), headers: { 'content-length': String(100 * 1024 * 1024 + 1) } }),
			/larger than 100 MB/,
			1,
		],
	])('%s', async (_name, response, problem, tries) => {
		const { ctx, requests, stored } = createContext([response]);
		expect(await download(ctx, IMAGE_URL, 'flux2-1')).toEqual({
			problem: expect.stringMatching(problem),
			// Only a file that came as a whole and is something else is no image.
			isNoImage: problem.source.includes('not an image'),
		});
		expect(requests).toHaveLength(tries);
		expect(stored).toEqual([]);
	});

	test('a download that turns out too large stops at the limit', async () => {
		const MB = Buffer.alloc(1024 * 1024, 1);
		let sent = 0;
		function* chunks() {
			yield PNG;
			for (; sent < 500; sent += 1) yield MB;
		}
		const { ctx, stored } = createContext([
			() => ({ body: Readable.from(chunks(), { objectMode: false }) }),
		]);
		expect(await download(ctx, IMAGE_URL, 'flux2-1')).toEqual({
			problem: 'it is larger than 100 MB',
			isNoImage: false,
		});
		expect(sent).toBeLessThan(105);
		expect(stored).toEqual([]);
	});

	test.each([
		['PNG', PNG_START, 'image/png'],
		['JPEG', JPEG_START, 'image/jpeg'],
		['GIF', GIF_START, 'image/gif'],
	])('a %s whose end is missing is cut off', async (_name, bytes, type) => {
		const { ctx, requests } = createContext([() => image(bytes, type)]);
		expect(await download(ctx, IMAGE_URL, 'flux2-1')).toEqual({
			problem: 'the file is cut off',
			isNoImage: false,
		});
		expect(requests).toHaveLength(3);
	});

	test('a file that was cut off the first time is complete the second time', async () => {
		const { ctx, requests, stored } = createContext([() => image(PNG_START), image]);
		expect(await download(ctx, IMAGE_URL, 'flux2-1')).toHaveProperty('binary');
		expect(requests).toHaveLength(2);
		expect(stored.at(-1)?.bytes).toEqual(PNG);
	});

	test('a second attempt can succeed', async () => {
		const { ctx, requests, stored } = createContext([status(500), image]);
		expect(await download(ctx, IMAGE_URL, 'flux2-1')).toHaveProperty('binary');
		expect(requests).toHaveLength(2);
		expect(stored).toHaveLength(1);
	});

	test('a cancelled execution does not try again', async () => {
		const { ctx, requests } = createContext([status(500)]);
		expect(await download(ctx, IMAGE_URL, 'flux2-1', AbortSignal.abort())).toHaveProperty(
			'problem',
		);
		expect(requests).toHaveLength(1);
	});
});

test.each<[name: string, bytes: string, mime: string | undefined]>([
	['PNG', '89504e470d0a1a0a0000', 'image/png'],
	['JPEG', 'ffd8ffe000104a46', 'image/jpeg'],
	['WEBP', '52494646aabbccdd5745425056503820', 'image/webp'],
	['GIF', '474946383961', 'image/gif'],
	['AVIF', '0000001c6674797061766966', 'image/avif'],
	['half a PNG signature', '89504e47', undefined],
	['a web page', '3c68746d6c3e', undefined],
	['an empty file', '', undefined],
])('the first bytes of %s determine its type', (_name, bytes, mime) => {
	expect(sniff(Buffer.from(bytes, 'hex'))).toBe(mime);
});

test.each<[name: string, mime: string, tail: Buffer, cutOff: boolean]>([
	['a PNG', 'image/png', PNG, false],
	['a PNG with a few bytes after its end', 'image/png', Buffer.concat([PNG, PNG_START]), false],
	['a PNG without its last byte', 'image/png', PNG.subarray(0, -1), true],
	['a JPEG', 'image/jpeg', JPEG, false],
	['a JPEG without its end', 'image/jpeg', JPEG_START, true],
	['a WEBP, which cannot be told', 'image/webp', PNG_START, false],
	['a file of which nothing was seen', 'image/png', Buffer.alloc(0), false],
])('the end of %s shows whether it was cut off', (_name, mime, tail, cutOff) => {
	expect(isCutOff(mime, tail)).toBe(cutOff);
});

test.each([
	['image/png', 'png'],
	['image/jpeg', 'jpg'],
	['image/svg+xml', 'svg'],
	['image/x-icon', 'icon'],
])('a file of type %s ends in .%s', (mime, extension) => {
	expect(extensionOf(mime)).toBe(extension);
});

test.each<[name: string, given: string, clean: string]>([
	['a normal name is unchanged', 'flux2-n41abc_flux2', 'flux2-n41abc_flux2'],
	['no folders', '../../etc/passwd', 'etc-passwd'],
	['no folders of Windows', 'C:\\Windows\\x', 'C-Windows-x'],
	['no control characters', 'a\u0000b\nc', 'a-b-c'],
	['only dots is not a name', '...', 'flux2'],
	['empty is not a name', '', 'flux2'],
	['no spaces or dots at the ends', '  spaces and dots. . ', 'spaces and dots'],
	['no half emoji', 'a\ud83d b', 'a- b'],
	['no emoji cut in half', `${'a'.repeat(119)}🐻🐻`, `${'a'.repeat(119)}🐻`],
	['letters of any language', 'ein Bär 🐻', 'ein Bär 🐻'],
	['at most 120 characters', 'x'.repeat(1_000), 'x'.repeat(120)],
	['no dot where it was truncated', `${'a'.repeat(119)}...`, 'a'.repeat(119)],
	['a megabyte of dots, at once', `${'.'.repeat(1_000_000)}x`, 'flux2'],
])('file names: %s', (_name, given, clean) => {
	expect(cleanFileName(given)).toBe(clean);
});
