import { atMost } from './atMost.mts';
import { seedOf } from './chance.mts';
import { drawPicture, flatPicture } from './drawPicture.mts';
import { flatPng, Padding } from './png.mts';
import type { Size } from './size.mts';
import { shapeOf, sizeOf } from './size.mts';
import type { SandboxTask } from './task.mts';
import { formatOf } from './task.mts';

/** An image as it is served. */
export interface Picture {
	type: string;
	/** Its bytes, in order. */
	parts: Buffer[];
}

const MOST_BYTES = 64 * 1024 * 1024;
/** A canvas of 2K takes 16 MB, so not all who ask are drawn for at once. */
const LANES = 2;
const SQUARE: Size = { width: 1, height: 1 };

/** Makes the images of tasks when they are first asked for, and keeps the last ones. */
export class PictureShelf {
	readonly #kept = new Map<string, Buffer>();
	readonly #beingMade = new Map<string, Promise<Buffer>>();
	readonly #lanes = atMost(LANES);
	readonly #padding: Padding;
	#bytes = 0;

	constructor(
		private readonly pictures: 'drawn' | 'plain',
		imageBytes: number | undefined,
	) {
		this.#padding = new Padding(imageBytes);
	}

	async get(task: SandboxTask, place: number): Promise<Picture> {
		const format = formatOf(task.troubles);
		const bytes = await this.#bytesOf(task, place);
		const parts = format === 'png' ? this.#padding.apply(bytes) : [bytes];
		return { type: `image/${format}`, parts };
	}

	async #bytesOf(task: SandboxTask, place: number): Promise<Buffer> {
		const key = `${task.id}/${place}`;
		const kept = this.#kept.get(key);
		if (kept) return kept;
		const making = this.#beingMade.get(key) ?? this.#begin(key, task, place);
		return await making;
	}

	/** Two who ask at the same time get one picture. */
	#begin(key: string, task: SandboxTask, place: number): Promise<Buffer> {
		const making = this.#make(task, place)
			.then((made) => this.#keep(key, made))
			.finally(() => this.#beingMade.delete(key));
		this.#beingMade.set(key, making);
		return making;
	}

	async #make(task: SandboxTask, place: number): Promise<Buffer> {
		const { order, references } = task;
		const shape = shapeOf(order.aspectRatio) ?? references[0] ?? SQUARE;
		const size = sizeOf(order.resolution, shape);
		const seed = seedOf(`${order.prompt}/${place}`);
		const format = formatOf(task.troubles);
		if (this.pictures === 'plain') {
			return format === 'png'
				? flatPng(size, seed & 0xffffff)
				: await this.#lanes(async () => await flatPicture(size, seed & 0xffffff, format));
		}
		return await this.#lanes(
			async () => await drawPicture({ order, size, seed, references, format }),
		);
	}

	#keep(key: string, made: Buffer): Buffer {
		this.#kept.set(key, made);
		this.#bytes += made.length;
		for (const [oldest, bytes] of this.#kept) {
			if (this.#bytes <= MOST_BYTES) break;
			this.#kept.delete(oldest);
			this.#bytes -= bytes.length;
		}
		return made;
	}
}
