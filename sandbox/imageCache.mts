import type { queueAsPromised } from 'fastq';
import fastq from 'fastq';
import { LRUCache } from 'lru-cache';
import { flatPng, PngPadding } from './png.mts';
import { seedFrom } from './random.mts';
import type { Size } from './size.mts';
import { imageSize, parseAspectRatio } from './size.mts';
import type { SandboxTask } from './task.mts';
import { imageFormatFor } from './task.mts';
import { drawFlatImage, drawTaskImage } from './taskImage.mts';

/** An image as it is sent. */
export interface ImageFile {
	type: string;
	/** Its bytes, in order. */
	parts: Buffer[];
}

interface ImageKey {
	task: SandboxTask;
	/** Which of the task's images. */
	index: number;
}

const MAX_BYTES = 64 * 1024 * 1024;
/** A canvas of 2K takes 16 MB, so images are not drawn all at once. */
const CONCURRENCY = 2;
const SQUARE: Size = { width: 1, height: 1 };

/** Draws the images of tasks when they are first asked for, and keeps the ones used last. */
export class ImageCache {
	readonly #queue: queueAsPromised<ImageKey, Buffer> = fastq.promise(
		async (key) => await this.#draw(key),
		CONCURRENCY,
	);
	readonly #cache = new LRUCache<string, Buffer, ImageKey>({
		maxSize: MAX_BYTES,
		sizeCalculation: ({ length }) => length,
		// Requests for the same image share one drawing, which goes on when others push it out.
		fetchMethod: async (_key, _stale, { context }) => await this.#queue.push(context),
		ignoreFetchAbort: true,
	});
	readonly #padding: PngPadding;

	constructor(
		private readonly style: 'drawn' | 'plain',
		imageBytes: number | undefined,
	) {
		this.#padding = new PngPadding(imageBytes);
	}

	async get(task: SandboxTask, index: number): Promise<ImageFile> {
		const context = { task, index };
		const bytes = await this.#cache.forceFetch(`${task.id}/${index}`, { context });
		const format = imageFormatFor(task.faults);
		const parts = format === 'png' ? this.#padding.apply(bytes) : [bytes];
		return { type: `image/${format}`, parts };
	}

	async #draw({ task, index }: ImageKey): Promise<Buffer> {
		const { request, referenceImages, notDownloaded } = task;
		const shape = parseAspectRatio(request.aspectRatio) ?? referenceImages[0] ?? SQUARE;
		const size = imageSize(request.resolution, shape);
		const seed = seedFrom(`${request.prompt}/${index}`);
		const format = imageFormatFor(task.faults);
		if (this.style === 'drawn') {
			return await drawTaskImage({
				request,
				size,
				seed,
				referenceImages,
				notDownloaded,
				format,
			});
		}
		const color = seed & 0xffffff;
		return format === 'png' ? flatPng(size, color) : await drawFlatImage(size, color, format);
	}
}
