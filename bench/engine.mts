import type { BinaryMode } from '../test/engine/binaryStore.mts';
import { Child } from './child.mts';
import type { BenchSandbox, Durations } from './sandbox.mts';

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

/** n8n's engine in a process of its own, on the real clock. */
export class BenchEngine {
	private constructor(
		private readonly child: Child<EngineJob, EngineReport>,
		private readonly sandbox: BenchSandbox,
	) {}

	static start(
		sandbox: BenchSandbox,
		folder: string,
		binaryMode: BinaryMode = 'filesystem',
	): BenchEngine {
		const { url, apiKey } = sandbox;
		const script = new URL('engineProcess.mts', import.meta.url);
		const setup: EngineSetup = { folder, url, apiKey, binaryMode };
		return new BenchEngine(Child.start(script, { setup, flags: ['--expose-gc'] }), sandbox);
	}

	/**
	 * Runs one node. The process has made two images before, as an n8n in use has.
	 *
	 * @throws Error where not all images came.
	 */
	async run(job: EngineJob, durations: Durations): Promise<EngineReport> {
		await this.sandbox.begin({ seconds: 0 });
		await this.child.ask({ ...job, images: 2 });
		await this.sandbox.begin(durations);
		const report = await this.child.ask(job);
		if (report.images !== job.images)
			throw new Error(`Of ${job.images} images ${report.images} came: ${report.status}`);
		return report;
	}

	async stop(): Promise<void> {
		await this.child.end();
	}
}
