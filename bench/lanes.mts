import { runInEngine } from './engine.mts';
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

/** Runs the node in n8n's engine, on the real clock. */
export async function measureLanes(folder: string, images: number): Promise<LanesRow> {
	const sandbox = await BenchSandbox.start();
	try {
		await sandbox.begin({ seconds: TASK_SECONDS });
		const report = await runInEngine(sandbox, folder, [{ node: 'flux2', images }]);
		if (report.images !== images)
			throw new Error(`Of ${images} images ${report.images} came (${report.status})`);
		const { calls, tasks, busiestSecond } = await sandbox.account();
		const lags = tasks.map(({ fetchedAt = Number.NaN, dueAt }) => fetchedAt - dueAt);
		const limit = TASK_SECONDS * Math.ceil(images / DEFAULT_LANES);
		return {
			images,
			seconds: report.seconds,
			limit,
			ratio: report.seconds / limit,
			callsPerImage: (calls.create + calls.look + calls.image + calls.other) / images,
			mostLooks: Math.max(...tasks.map(({ looks }) => looks)),
			lag: { median: median(lags), worst: Math.max(...lags) },
			busiestSecond,
		};
	} finally {
		await sandbox.stop();
	}
}

/** Row (c): the same, one after another with a fixed gap. Seconds. */
export async function measureSequentialLoop(folder: string, images: number): Promise<number> {
	const sandbox = await BenchSandbox.start();
	try {
		await sandbox.begin({ seconds: TASK_SECONDS });
		const report = await runInEngine(sandbox, folder, [{ node: 'loop', images }]);
		if (report.images !== images) throw new Error(`The loop failed: ${report.status}`);
		return report.seconds;
	} finally {
		await sandbox.stop();
	}
}
