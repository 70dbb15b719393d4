import { crc32, deflateSync } from 'node:zlib';
import type { Size } from './size.mts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_END = SIGNATURE.length + 25;
const CHUNK_OVERHEAD = 12;
/** By the case of its letters: may be ignored, private, safe to copy. */
const PADDING_TYPE = 'saNd';
const ONE_BIT_PALETTE = Buffer.from([1, 3, 0, 0, 0]);

/** The pixels by size, all of the palette's first color. Compressing them is nearly all of the work. */
const flatPixels = new Map<string, Buffer>();

/** A PNG in one color: a few hundred bytes, and far cheaper than drawing and encoding a canvas. */
export function flatPng({ width, height }: Size, rgb: number): Buffer {
	const key = `${width}x${height}`;
	const bytesPerLine = 1 + Math.ceil(width / 8);
	const pixels = flatPixels.get(key) ?? deflateSync(Buffer.alloc(bytesPerLine * height));
	flatPixels.set(key, pixels);
	return Buffer.concat([
		SIGNATURE,
		chunk('IHDR', Buffer.concat([uint32(width), uint32(height), ONE_BIT_PALETTE])),
		chunk('PLTE', Buffer.from([rgb >>> 16, rgb >>> 8, rgb])),
		chunk('IDAT', pixels),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/**
 * Makes every PNG the same number of bytes with a chunk that readers skip. All of them share one
 * block of zeros: sending a hundred padded images takes no more memory than sending one.
 */
export class PngPadding {
	readonly #zeros: Buffer;
	readonly #checksums = new Map<number, Buffer>();

	constructor(private readonly bytes = 0) {
		this.#zeros = Buffer.alloc(bytes);
	}

	/** The parts of the padded image, in order. */
	apply(png: Buffer): Buffer[] {
		const missing = this.bytes - png.length - CHUNK_OVERHEAD;
		if (missing < 0) return [png];
		const zeros = this.#zeros.subarray(0, missing);
		const checksum = this.#checksums.get(missing) ?? checksumOf(PADDING_TYPE, zeros);
		this.#checksums.set(missing, checksum);
		const head = [png.subarray(0, HEADER_END), uint32(missing), Buffer.from(PADDING_TYPE)];
		return [Buffer.concat(head), zeros, Buffer.concat([checksum, png.subarray(HEADER_END)])];
	}
}

const chunk = (type: string, data: Buffer): Buffer =>
	Buffer.concat([uint32(data.length), Buffer.from(type), data, checksumOf(type, data)]);

const checksumOf = (type: string, data: Buffer): Buffer => uint32(crc32(data, crc32(type)));

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
