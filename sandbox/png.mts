import { crc32, deflateSync } from 'node:zlib';
import type { Size } from './size.mts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_END = SIGNATURE.length + 25;
const CHUNK_FRAME = 12;
/** By its letters' case: may be ignored, private, safe to copy. */
const PADDING_TYPE = 'saNd';
const ONE_BIT_PALETTE = Buffer.from([1, 3, 0, 0, 0]);

/** Pixels of a flat picture: all of them the palette's first colour. Costs more than all the rest. */
const flatPixels = new Map<string, Buffer>();

/** A PNG of one flat colour: next to nothing to make and a few hundred bytes. */
export function flatPng({ width, height }: Size, rgb: number): Buffer {
	const key = `${width}x${height}`;
	const bytesPerLine = 1 + Math.ceil(width / 8);
	const pixels = flatPixels.get(key) ?? deflateSync(Buffer.alloc(bytesPerLine * height));
	flatPixels.set(key, pixels);
	const size = Buffer.alloc(8);
	size.writeUInt32BE(width, 0);
	size.writeUInt32BE(height, 4);
	const colour = Buffer.from([rgb >>> 16, rgb >>> 8, rgb]);
	return Buffer.concat([
		SIGNATURE,
		chunk('IHDR', Buffer.concat([size, ONE_BIT_PALETTE])),
		chunk('PLTE', colour),
		chunk('IDAT', pixels),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/**
 * Makes every PNG the same number of bytes by a chunk that readers skip. All of them share one
 * block of zeros: a hundred padded pictures on their way cost no more memory than one.
 */
export class Padding {
	readonly #zeros: Buffer;
	readonly #sums = new Map<number, Buffer>();

	constructor(private readonly bytes = 0) {
		this.#zeros = Buffer.alloc(bytes);
	}

	/** The parts of the padded picture, in order. */
	apply(png: Buffer): Buffer[] {
		const missing = this.bytes - png.length - CHUNK_FRAME;
		if (missing < 0) return [png];
		const zeros = this.#zeros.subarray(0, missing);
		const sum = this.#sums.get(missing) ?? checksum(crc32(zeros, crc32(PADDING_TYPE)));
		this.#sums.set(missing, sum);
		const head = Buffer.concat([png.subarray(0, HEADER_END), chunkHead(missing, PADDING_TYPE)]);
		return [head, zeros, Buffer.concat([sum, png.subarray(HEADER_END)])];
	}
}

const chunk = (type: string, data: Buffer): Buffer =>
	Buffer.concat([chunkHead(data.length, type), data, checksum(crc32(data, crc32(type)))]);

function chunkHead(length: number, type: string): Buffer {
	const head = Buffer.alloc(8);
	head.writeUInt32BE(length);
	head.write(type, 4, 'latin1');
	return head;
}

function checksum(sum: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(sum);
	return bytes;
}
