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

/** How a whole file of each type ends. Other types cannot be told from a file that was cut off. */
const ENDINGS: Readonly<Record<string, string>> = {
	'image/png': '49454e44ae426082',
	'image/jpeg': 'ffd9',
	'image/gif': '3b',
};

/** Whether the end of a file shows that the rest of it is missing. */
export function isCutOff(mime: string, tail: Buffer): boolean {
	const ending = ENDINGS[mime];
	return ending !== undefined && tail.length > 0 && !tail.includes(Buffer.from(ending, 'hex'));
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

/** A file name that every file system and n8n take: no paths, no control characters, no half emoji. */
export const cleanFileName = (name: string): string =>
	[...name.slice(0, 500).replace(/[\p{Cc}<>:"/\\|?*\p{Cs}]+/gu, '-')]
		.slice(0, 120)
		.join('')
		.replace(/^[.\s-]+|[.\s]+$/g, '') || 'flux2';
