import type { Image } from '@napi-rs/canvas';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import axios from 'axios';
import type { queueAsPromised } from 'fastq';
import fastq from 'fastq';
import { isLoopback } from './loopback.mts';
import type { Size } from './size.mts';

/** A reference image as the sandbox keeps it: its size, and a small copy to draw. */
export interface ReferenceImage extends Size {
	thumbnail: Buffer;
}

/** What became of the reference images of a request. */
export interface LoadedReferences {
	/** Those that were downloaded, in order. */
	referenceImages: ReferenceImage[];
	/** The positions of the others, counted from 1. */
	notDownloaded: number[];
}

/** Fails the task: one of its reference images cannot be used. */
export class UnusableReferenceError extends Error {}

const MAX_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;
const THUMBNAIL_SIDE = 320;
const CONCURRENCY = 4;

/** Downloads reference images from this machine; others are accepted without contacting their host. */
export class ReferenceImageLoader {
	readonly #queue: queueAsPromised<{ url: string; position: number }, ReferenceImage> =
		fastq.promise(async ({ url, position }) => await this.#load(url, position), CONCURRENCY);

	constructor(private readonly stopped: AbortSignal) {}

	/** Throws at the first that cannot be used. */
	async loadAll(urls: readonly string[]): Promise<LoadedReferences> {
		const images = await Promise.all(
			urls.map(async (url, index) => {
				const position = index + 1;
				if (isLoopback(url)) return await this.#queue.push({ url, position });
				if (new URL(url).hostname.endsWith('.invalid')) {
					throw unusable(position, 'could not be fetched: no such host');
				}
				return undefined;
			}),
		);
		return {
			referenceImages: images.filter((image) => image !== undefined),
			notDownloaded: images.flatMap((image, index) => (image === undefined ? [index + 1] : [])),
		};
	}

	async #load(url: string, position: number): Promise<ReferenceImage> {
		const bytes = await axios
			.get<Buffer>(url, {
				responseType: 'arraybuffer',
				maxContentLength: MAX_BYTES,
				maxRedirects: MAX_REDIRECTS,
				beforeRedirect: ({ href }: { href?: string }) => {
					if (!isLoopback(String(href))) throw new Error('it redirects to another machine');
				},
				proxy: false,
				timeout: TIMEOUT_MS,
				signal: this.stopped,
			})
			.then(({ data }) => data)
			.catch((error: Error) => {
				const tooLarge = error.message.startsWith('maxContentLength');
				if (tooLarge) throw unusable(position, 'is larger than 10 MB');
				throw unusable(position, `could not be fetched: ${error.message}`);
			});
		if (!isSupported(bytes)) throw unusable(position, 'is not a JPEG, PNG or WEBP image');
		try {
			const image = await loadImage(bytes);
			return { width: image.width, height: image.height, thumbnail: await thumbnailOf(image) };
		} catch {
			throw unusable(position, 'is damaged');
		}
	}
}

const unusable = (position: number, why: string) =>
	new UnusableReferenceError(`Reference image ${position} ${why}`);

function isSupported(bytes: Buffer): boolean {
	const has = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text;
	return has('\x89PNG') || has('\xff\xd8\xff') || (has('RIFF') && has('WEBP', 8));
}

async function thumbnailOf(image: Image): Promise<Buffer> {
	const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(image.width, image.height));
	const width = Math.max(1, Math.round(image.width * scale));
	const height = Math.max(1, Math.round(image.height * scale));
	const canvas = createCanvas(width, height);
	canvas.getContext('2d').drawImage(image, 0, 0, width, height);
	return await canvas.encode('webp', 90);
}
