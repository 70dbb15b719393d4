import type { BinaryMode } from '../test/engine/binaryStore.mts';
import { runInEngine } from './engine.mts';
import { type ResultLine, target, times } from './resultLine.mts';

/** Of each image. */
export const IMAGE_MEGABYTES = 8;

/** Row (d): what so many large images cost in memory. Megabytes. */
export interface MemoryRow {
	images: number;
	mode: BinaryMode;
	/** Most memory of the whole process. */
	peak: number;
	/** The same, minus what the process had before. */
	added: number;
	/** Most bytes outside of V8's heap, where the images would be, minus what there were before. */
	addedBuffers: number;
	/** False where n8n could not even store the execution. */
	isStored: boolean;
}

const mb = (megabytes: number): string => `${Math.round(megabytes)} MB`;
const megabytes = (bytes: number): number => bytes / 1024 ** 2;

/** Each measurement in a fresh process. */
export async function measureMemory(
	folder: string,
	images: number,
	mode: BinaryMode,
): Promise<MemoryRow> {
	const imageBytes = IMAGE_MEGABYTES * 1024 ** 2;
	// All tasks take the same time, so that as many downloads as possible happen together.
	const { memory, isStored } = await runInEngine(folder, { node: 'flux2', images }, 3, mode, {
		imageBytes,
	});
	const { before, peak } = memory;
	return {
		images,
		mode,
		peak: megabytes(peak.rss),
		added: megabytes(peak.rss - before.rss),
		addedBuffers: megabytes(peak.external - before.external),
		isStored,
	};
}

export const memoryLines = (rows: MemoryRow[]): ResultLine[] =>
	rows.map((row) => {
		const { images, mode, peak, added, addedBuffers, isStored } = row;
		const few = rows.find((other) => other.mode === mode && other.images === 20);
		const growth = peak / (few?.peak ?? Number.NaN);
		const measured = [
			`peak ${mb(peak)}, ${mb(added)} of it added, ${mb(addedBuffers)} of buffers added`,
			...(images === 20 ? [] : [`${times(growth)} the peak at 20`]),
			...(isStored ? [] : ['n8n cannot store such an execution']),
		].join('; ');
		const isStreamed = mode === 'filesystem';
		const how = isStreamed ? 'streamed to files' : 'buffered (n8n in memory mode)';
		return [
			'd',
			`${images} images of ${IMAGE_MEGABYTES} MB, ${how}`,
			measured,
			...(isStreamed && images !== 20 ? target('≤ 1.20 ×', growth <= 1.2) : []),
		];
	});
