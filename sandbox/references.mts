import type { Image } from '@napi-rs/canvas';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import axios from 'axios';
import { atMost } from './atMost.mts';
import { isLoopback } from './loopback.mts';
import type { Size } from './size.mts';

/** A reference image as the sandbox keeps it: its shape, and a small copy for the picture. */
export interface Reference extends Size {
	thumbnail: Buffer;
}

/** Why a task cannot be done: one of its reference images could not be had. */
export class UnusableReference extends Error {}

const MOST_BYTES = 10 * 1024 * 1024;
const PATIENCE_MS = 10_000;
const MOST_REDIRECTS = 3;
const THUMBNAIL_SIDE = 320;
const LANES = 4;

/** Fetches reference images from this machine; others it takes for granted, without contacting them. */
export class ReferenceReader {
	readonly #lanes = atMost(LANES);

	constructor(private readonly stopped: AbortSignal) {}

	/** The references that could be seen. Throws UnusableReference at the first that cannot be used. */
	async fetchAll(urls: readonly string[]): Promise<Reference[]> {
		const found = await Promise.all(
			urls.map(async (url, at) => {
				if (isLoopback(url)) return await this.#lanes(async () => await this.#fetch(url, at + 1));
				if (new URL(url).hostname.endsWith('.invalid')) {
					throw unusable(at + 1, 'could not be fetched: no such host');
				}
				return undefined;
			}),
		);
		return found.filter((one) => one !== undefined);
	}

	async #fetch(url: string, place: number): Promise<Reference> {
		const bytes = await axios
			.get<Buffer>(url, {
				responseType: 'arraybuffer',
				maxContentLength: MOST_BYTES,
				maxRedirects: MOST_REDIRECTS,
				beforeRedirect: ({ href }: { href?: string }) => {
					if (!isLoopback(String(href))) throw new Error('it redirects to another machine');
				},
				proxy: false,
				timeout: PATIENCE_MS,
				signal: this.stopped,
			})
			.then(({ data }) => data)
			.catch((error: Error) => {
				const tooLarge = error.message.startsWith('maxContentLength');
				if (tooLarge) throw unusable(place, 'is larger than 10 MB');
				throw unusable(place, `could not be fetched: ${error.message}`);
			});
		if (!isPicture(bytes)) throw unusable(place, 'is not a JPEG, PNG or WEBP image');
		try {
			const image = await loadImage(bytes);
			return { width: image.width, height: image.height, thumbnail: await thumbnailOf(image) };
		} catch {
			throw unusable(place, 'is damaged');
		}
	}
}

const unusable = (place: number, why: string) =>
	new UnusableReference(`Reference image ${place} ${why}`);

function isPicture(bytes: Buffer): boolean {
	const starts = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text;
	return starts('\x89PNG') || starts('\xff\xd8\xff') || (starts('RIFF') && starts('WEBP', 8));
}

async function thumbnailOf(image: Image): Promise<Buffer> {
	const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(image.width, image.height));
	const width = Math.max(1, Math.round(image.width * scale));
	const height = Math.max(1, Math.round(image.height * scale));
	const canvas = createCanvas(width, height);
	canvas.getContext('2d').drawImage(image, 0, 0, width, height);
	return await canvas.encode('webp', 90);
}
