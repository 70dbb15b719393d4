import type { SandboxOptions } from '../sandbox/server.mts';
import type { BinaryMode } from '../test/engine/binaryStore.mts';
import type * as engineProcess from './engineProcess.mts';
import { startSandboxProcess } from './sandbox.mts';
import type { ServerStats } from './serverStats.mts';
import { startWorker } from './worker.mts';

export interface EngineOptions {
	/** Where the package is unpacked. */
	folder: string;
	url: string;
	apiKey: string;
	binaryMode: BinaryMode;
}

export interface EngineRun {
	/** `loop`: see sequentialNode.mts. */
	node: 'flux2' | 'loop';
	images: number;
}

export interface EngineReport {
	seconds: number;
	status: string;
	/** Items that have their image's file. */
	images: number;
	/** Whether n8n could store the execution: the length of a string is limited. */
	isStored: boolean;
	/** Memory of the process in bytes: before the node started, and the most while it ran. */
	memory: Record<'before' | 'peak', { rss: number; external: number }>;
}

/**
 * Runs one node in n8n's engine, in a process of its own and on the real clock. The process has made
 * two images before, as an n8n in use has.
 *
 * @param seconds that each task takes.
 * @throws Error where not all images came.
 */
export async function runInEngine(
	folder: string,
	run: EngineRun,
	seconds: number,
	binaryMode: BinaryMode = 'filesystem',
	sandboxOptions: SandboxOptions = {},
): Promise<EngineReport & { stats: ServerStats }> {
	const sandbox = await startSandboxProcess(sandboxOptions);
	const { url, apiKey } = sandbox;
	const options: EngineOptions = { folder, url, apiKey, binaryMode };
	const engine = startWorker<typeof engineProcess>(
		new URL('engineProcess.mts', import.meta.url),
		['execute'],
		{ options, flags: ['--expose-gc'] },
	);
	try {
		await sandbox.startRun({ seconds: 0 });
		await engine.execute({ ...run, images: 2 });
		await sandbox.startRun({ seconds });
		const report = await engine.execute(run);
		if (report.images !== run.images)
			throw new Error(`${report.images} of ${run.images} images came: ${report.status}`);
		return { ...report, stats: await sandbox.stats() };
	} finally {
		await engine.end();
		await sandbox.end();
	}
}
