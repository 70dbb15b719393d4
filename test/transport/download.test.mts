import { PassThrough, Readable } from 'node:stream';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { clock } from '../../nodes/Flux2/transport/clock';
import type { NodeContext } from '../../nodes/Flux2/transport/createClient';
import { download } from '../../nodes/Flux2/transport/download';
import { cleanFileName, extensionOf, sniff } from '../../nodes/Flux2/transport/imageFile';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 1)]);
const URL_OF_IMAGE = 'https://cdn.example/a.png';

const usual = { ...clock };
beforeEach(() => Object.assign(clock, { sleep: async () => undefined, now: () => ++time }));
afterEach(() => Object.assign(clock, usual));
let time = 0;

interface Answer {
	status?: number;
	headers?: Record<string, string>;
	body?: Readable;
}

/** A host that answers as given, one after another, and reads each file to its end. */
function hostOf(answers: Array<() => Answer>) {
	const asked: IHttpRequestOptions[] = [];
	const kept: Array<{ bytes: Buffer; fileName: string; mimeType: string }> = [];
	const helpers = {
		httpRequest: async (request: IHttpRequestOptions) => {
			asked.push(request);
			const { status = 200, headers = {}, body } = (answers[asked.length - 1] ?? answers.at(-1)!)();
			return { statusCode: status, headers, body: body ?? Readable.from([]) };
		},
		prepareBinaryData: async (stream: Readable, fileName: string, mimeType: string) => {
			const chunks: Buffer[] = [];
			for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
			kept.push({ bytes: Buffer.concat(chunks), fileName, mimeType });
			return { fileName, mimeType, data: '' };
		},
	};
	return { host: { helpers } as unknown as NodeContext, asked, kept };
}

const image = (bytes = PNG, type = 'image/png'): Answer => ({
	headers: { 'content-type': type },
	body: Readable.from([bytes], { objectMode: false }),
});

describe('an image is fetched', () => {
	test('without any credential, with few redirects, and as a stream', async () => {
		const { host, asked, kept } = hostOf([image]);
		await download(host, URL_OF_IMAGE, 'flux2-1');
		expect(asked[0]).toMatchObject({ method: 'GET', url: URL_OF_IMAGE, encoding: 'stream' });
		expect(asked[0]?.maxRedirects).toBe(5);
		expect(asked[0]).not.toHaveProperty('headers');
		expect(asked[0]).not.toHaveProperty('auth');
		expect(kept).toEqual([{ bytes: PNG, fileName: 'flux2-1.png', mimeType: 'image/png' }]);
	});

	test('whole, however small the pieces in which it comes', async () => {
		const pieces = [...PNG].map((byte) => Buffer.from([byte]));
		const body = () => ({ body: Readable.from(pieces, { objectMode: false }) });
		const { host, kept } = hostOf([body]);
		await download(host, URL_OF_IMAGE, 'flux2-1');
		expect(kept[0]).toMatchObject({ bytes: PNG, mimeType: 'image/png' });
	});

	test('whatever its server says that it is, if its bytes say otherwise', async () => {
		const { host, kept } = hostOf([() => image(PNG, 'image/webp')]);
		await download(host, URL_OF_IMAGE, 'flux2-1');
		expect(kept[0]).toMatchObject({ fileName: 'flux2-1.png', mimeType: 'image/png' });
	});

	test('by what its server says, if its bytes say nothing', async () => {
		const { host, kept } = hostOf([() => image(Buffer.from('II*new'), 'image/tiff; x=1')]);
		await download(host, URL_OF_IMAGE, 'flux2-1');
		expect(kept[0]).toMatchObject({ fileName: 'flux2-1.tiff', mimeType: 'image/tiff' });
	});
});

describe('what cannot be fetched is said, and tried again where that may help', () => {
	const status = (code: number) => (): Answer => ({ status: code });
	const broken = (): Answer => ({ body: new PassThrough().destroy(new Error('reset')) });
	const breaking = (): Answer => {
		const body = new PassThrough();
		body.write(PNG);
		setImmediate(() => body.destroy(new Error('reset')));
		return { body };
	};
	const unreachable = (): Answer => {
		throw new Error('connect ECONNREFUSED');
	};
	const said = (type: string, text: string) => () => image(Buffer.from(text), type);

	test.each<[name: string, answer: () => Answer, problem: RegExp, tries: number]>([
		['an expired link (403)', status(403), /403; it may have expired/, 1],
		['an expired link (410)', status(410), /410; it may have expired/, 1],
		['a link that is not there yet', status(404), /404; it may have expired/, 3],
		['a server in trouble', status(503), /answered 503/, 3],
		['too many requests', status(429), /answered 429/, 3],
		['a redirect that leads nowhere', status(302), /answered 302/, 1],
		['no connection', unreachable, /could not be made/, 3],
		['a connection that is gone already', broken, /broke off/, 3],
		['a connection that breaks', breaking, /broke off/, 3],
		['an empty file', () => image(Buffer.alloc(0)), /empty/, 3],
		['a page', said('text/html', '<html>'), /no image \(text\/html\)/, 1],
		['a page that says to be an image', said('image/png', '\n <!DOCTYPE html>'), /no image/, 1],
		['text without a type', said('', 'hello'), /of no stated type/, 1],
		['a type that is a path', said('image/../../etc/x', 'hello'), /no image/, 1],
		[
			'a file that says to be too large',
			() => ({ ...image(), headers: { 'content-length': String(100 * 1024 * 1024 + 1) } }),
			/larger than 100 MB/,
			1,
		],
	])('%s', async (_name, answer, problem, tries) => {
		const { host, asked, kept } = hostOf([answer]);
		expect(await download(host, URL_OF_IMAGE, 'flux2-1')).toEqual({
			problem: expect.stringMatching(problem),
		});
		expect(asked).toHaveLength(tries);
		expect(kept).toEqual([]);
	});

	test('a file that turns out too large ends on the way, at the limit', async () => {
		const MB = Buffer.alloc(1024 * 1024, 1);
		let sent = 0;
		function* pieces() {
			yield PNG;
			for (; sent < 500; sent += 1) yield MB;
		}
		const { host, kept } = hostOf([
			() => ({ body: Readable.from(pieces(), { objectMode: false }) }),
		]);
		expect(await download(host, URL_OF_IMAGE, 'flux2-1')).toEqual({
			problem: 'it is larger than 100 MB',
		});
		expect(sent).toBeLessThan(105);
		expect(kept).toEqual([]);
	});

	test('a second try that succeeds is enough', async () => {
		const { host, asked, kept } = hostOf([status(500), image]);
		expect(await download(host, URL_OF_IMAGE, 'flux2-1')).toHaveProperty('binary');
		expect(asked).toHaveLength(2);
		expect(kept).toHaveLength(1);
	});

	test('a cancelled execution tries nothing again', async () => {
		const { host, asked } = hostOf([status(500)]);
		expect(await download(host, URL_OF_IMAGE, 'flux2-1', AbortSignal.abort())).toHaveProperty(
			'problem',
		);
		expect(asked).toHaveLength(1);
	});
});

test.each<[name: string, bytes: string, mime: string | undefined]>([
	['PNG', '89504e470d0a1a0a0000', 'image/png'],
	['JPEG', 'ffd8ffe000104a46', 'image/jpeg'],
	['WEBP', '52494646aabbccdd5745425056503820', 'image/webp'],
	['GIF', '474946383961', 'image/gif'],
	['AVIF', '0000001c6674797061766966', 'image/avif'],
	['half a PNG signature', '89504e47', undefined],
	['a page', '3c68746d6c3e', undefined],
	['nothing', '', undefined],
])('the first bytes of %s are known', (_name, bytes, mime) => {
	expect(sniff(Buffer.from(bytes, 'hex'))).toBe(mime);
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
	['a usual name stays', 'flux2-n41abc_flux2', 'flux2-n41abc_flux2'],
	['no folders', '../../etc/passwd', 'etc-passwd'],
	['no folders of Windows', 'C:\\Windows\\x', 'C-Windows-x'],
	['no control characters', 'a\u0000b\nc', 'a-b-c'],
	['dots alone are no name', '...', 'flux2'],
	['nothing is no name', '', 'flux2'],
	['nothing unseen at its ends', '  spaces and dots. . ', 'spaces and dots'],
	['letters of any language', 'ein Bär 🐻', 'ein Bär 🐻'],
	['at most 120 characters', 'x'.repeat(1_000), 'x'.repeat(120)],
	['no dot where it was cut', `${'a'.repeat(119)}...`, 'a'.repeat(119)],
	['a megabyte of dots, at once', `${'.'.repeat(1_000_000)}x`, 'flux2'],
])('file names: %s', (_name, given, clean) => {
	expect(cleanFileName(given)).toBe(clean);
});
