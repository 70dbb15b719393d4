import type { BinaryMode } from '../test/engine/binaryStore.mts';
import { BenchEngine } from './engine.mts';
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

/** Each measurement in a fresh process. */
export async function measureMemory(
	folder: string,
	images: number,
	mode: BinaryMode,
): Promise<MemoryRow> {
	const sandbox = await BenchSandbox.start({ imageBytes: IMAGE_MEGABYTES * 1024 ** 2 });
	const engine = BenchEngine.start(sandbox, folder, mode);
	try {
		// All at once, so that as many downloads as may be are under way together.
		const report = await engine.run({ node: 'flux2', images }, { seconds: 3 });
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
		await engine.stop();
		await sandbox.stop();
	}
}
