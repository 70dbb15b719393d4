import type { Account } from './account.mts';
import { BenchEngine, type EngineJob, type EngineReport } from './engine.mts';
import { BenchSandbox } from './sandbox.mts';
import { median } from './statistics.mts';

/** As the field "Max Parallel" has it. */
const DEFAULT_LANES = 50;

export const TASK_SECONDS = 6;

/** Row (a): so many images, each of which takes six seconds. */
export interface LanesRow {
	images: number;
	seconds: number;
	/** No node can be faster than this with so many lanes. */
	limit: number;
	ratio: number;
	callsPerImage: number;
	mostLooks: number;
	/** Milliseconds from the end of a task to the request for its image. */
	lag: { median: number; worst: number };
	busiestSecond: number;
}

/** One node in n8n's engine, and what the service saw of it. */
async function measure(folder: string, job: EngineJob): Promise<[EngineReport, Account]> {
	const sandbox = await BenchSandbox.start();
	const engine = BenchEngine.start(sandbox, folder);
	try {
		const report = await engine.run(job, { seconds: TASK_SECONDS });
		return [report, await sandbox.account()];
	} finally {
		await engine.stop();
		await sandbox.stop();
	}
}

/** Row (a) for so many images. */
export async function measureLanes(folder: string, images: number): Promise<LanesRow> {
	const [{ seconds }, account] = await measure(folder, { node: 'flux2', images });
	const { calls, tasks, busiestSecond } = account;
	const lags = tasks.map(({ fetchedAt = Number.NaN, dueAt }) => fetchedAt - dueAt);
	const limit = TASK_SECONDS * Math.ceil(images / DEFAULT_LANES);
	return {
		images,
		seconds,
		limit,
		ratio: seconds / limit,
		callsPerImage: (calls.create + calls.poll + calls.image + calls.other) / images,
		mostLooks: Math.max(...tasks.map(({ looks }) => looks)),
		lag: { median: median(lags), worst: Math.max(...lags) },
		busiestSecond,
	};
}

/** Row (c): the same, one after another with a fixed gap. Seconds. */
export async function measureSequentialLoop(folder: string, images: number): Promise<number> {
	const [{ seconds }] = await measure(folder, { node: 'loop', images });
	return seconds;
}
