import type { BinaryMode } from '../test/engine/binaryStore.mts';
import { Child } from './child.mts';
import type { BenchSandbox } from './sandbox.mts';

export interface EngineSetup {
	/** Where the package is unpacked. */
	folder: string;
	url: string;
	apiKey: string;
	binaryMode: BinaryMode;
}

export interface EngineJob {
	/** `loop`: the way of the best peer, see sequentialNode.mts. */
	node: 'flux2' | 'loop';
	images: number;
}

/** What came of a job. */
export interface EngineReport {
	seconds: number;
	status: string;
	/** Items that have their image's file. */
	images: number;
	/** Whether n8n could write the execution down: a text has its limits. */
	isStored: boolean;
	/** Memory of the process in bytes: before the node began, and the most while it ran. */
	memory: Record<'before' | 'peak', { rss: number; external: number }>;
}

/**
 * Runs one node in n8n's engine, on the real clock, in a fresh process. Of several jobs only the last
 * is reported: the others warm the process up.
 */
export async function runInEngine(
	sandbox: BenchSandbox,
	folder: string,
	jobs: EngineJob[],
	binaryMode: BinaryMode = 'filesystem',
): Promise<EngineReport> {
	const child = Child.start<EngineJob, EngineReport>(
		new URL('engineProcess.mts', import.meta.url),
		{
			setup: { folder, url: sandbox.url, apiKey: sandbox.apiKey, binaryMode } satisfies EngineSetup,
			flags: ['--expose-gc'],
		},
	);
	try {
		let report: EngineReport | undefined;
		for (const job of jobs) report = await child.ask(job);
		if (report === undefined) throw new Error('There was nothing to run');
		return report;
	} finally {
		await child.end();
	}
}
