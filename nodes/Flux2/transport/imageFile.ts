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

/** A content type without its parameters, in lower case. */
export const cleanMime = (header: unknown): string =>
	String(header ?? '')
		.split(';')[0]
		?.trim()
		.toLowerCase() ?? '';

/** What may stand behind `image/`: the server of the image says it, and it becomes a file ending. */
export const IMAGE_MIME = /^image\/[a-z0-9]+([.+-][a-z0-9]+)*$/;

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
