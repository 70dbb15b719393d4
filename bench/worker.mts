import { fileURLToPath } from 'node:url';
import { type JestWorkerFarm, Worker } from 'jest-worker';

/**
 * Starts a script in a process of its own, so that its work does not disturb what is measured here,
 * and calls the functions it exports. Its `setup` gets the options, and is to call `endWithParent`.
 *
 * @param flags for Node, in addition to those of this process.
 * @param processes so many calls run at the same time, each in its own process.
 */
export const startWorker = <Module extends Record<string, unknown>>(
	script: URL,
	functions: ReadonlyArray<keyof Module & string>,
	{ options = {}, flags = [] as string[], processes = 1 } = {},
): JestWorkerFarm<Module> =>
	new Worker(fileURLToPath(script), {
		exposedMethods: functions,
		setupArgs: [options],
		numWorkers: processes,
		// A process that died must not be measured a second time.
		maxRetries: 0,
		forkOptions: { stdio: 'inherit', execArgv: [...process.execArgv, ...flags] },
	}) as JestWorkerFarm<Module>;

/** In the worker: however the parent ends, so does this process. */
export const endWithParent = (): void => void process.on('disconnect', () => process.exit());
