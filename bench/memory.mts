import type { BinaryMode } from '../test/engine/binaryStore.mts';
import { runInEngine } from './engine.mts';
import { BenchSandbox } from './sandbox.mts';

/** Of each image. */
export const IMAGE_MEGABYTES = 8;

/** Row (d): what so many large images cost in memory. Megabytes. */
export interface MemoryRow {
	images: number;
	mode: BinaryMode;
	/** Most memory of the whole process. */
	peak: number;
	/** The same above what the process had before. */
	added: number;
	/** Most bytes outside of V8's heap, above what there were before: where the images would be. */
	addedBuffers: number;
	/** False where n8n could not even write the execution down. */
	isStored: boolean;
}

const megabytes = (bytes: number): number => bytes / 1024 ** 2;

/** Each measurement in a fresh process, which has made one small image before. */
export async function measureMemory(
	folder: string,
	images: number,
	mode: BinaryMode,
): Promise<MemoryRow> {
	const sandbox = await BenchSandbox.start({ imageBytes: IMAGE_MEGABYTES * 1024 ** 2 });
	try {
		// All at once, so that as many downloads as may be are under way together.
		await sandbox.begin({ seconds: 3 });
		const warmUp = { node: 'flux2', images: 1 } as const;
		const job = { node: 'flux2', images } as const;
		const report = await runInEngine(sandbox, folder, [warmUp, job], mode);
		if (report.images !== images) throw new Error(`${report.images} images: ${report.status}`);
		const { before, peak } = report.memory;
		return {
			images,
			mode,
			peak: megabytes(peak.rss),
			added: megabytes(peak.rss - before.rss),
			addedBuffers: megabytes(peak.external - before.external),
			isStored: report.isStored,
		};
	} finally {
		await sandbox.stop();
	}
}
