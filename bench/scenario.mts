import { availableParallelism } from 'node:os';
import type { RateLimit } from '../sandbox/rateLimit.mts';
import type { ServerStats } from './serverStats.mts';
import type * as virtualEngine from './virtualEngine.mts';
import { startWorker } from './worker.mts';

export interface ScenarioOptions {
	/** Where the package is unpacked. */
	folder: string;
	/**
	 * Whether time is that of the engine's tests: waiting takes none, and neither do requests nor n8n's
	 * own work. Bursts of 60 took within 0.15 of the same ratio on the real clock, with the same
	 * number of refused creates within 0.7 an image.
	 */
	isVirtual: boolean;
}

/** Runs that follow each other in one n8n process, with one account. */
export interface Scenario {
	rateLimit?: RateLimit;
	/** For the durations of the tasks and the node's jitter. */
	seed: number;
	runs: Run[];
}

/** So many executions that start together, of so many images each. */
export interface Run {
	executions: number;
	images: number;
	/** The shortest and the longest time that a task takes, evenly distributed. */
	taskSeconds: [number, number];
	/** Before the run. */
	restSeconds: number;
}

export interface RunResult {
	/** In ms since 1970, as all times in `stats`. */
	startedAt: number;
	seconds: number;
	/** Items that have their image's file. */
	received: number;
	stats: ServerStats;
}

/** One process for each core; its engine runs one scenario after another. */
export const startEngines = (options: ScenarioOptions, processes = availableParallelism()) =>
	startWorker<typeof virtualEngine>(
		new URL('virtualEngine.mts', import.meta.url),
		['runScenario'],
		{ options, processes },
	);

export type Engines = ReturnType<typeof startEngines>;
