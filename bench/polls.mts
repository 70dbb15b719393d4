import { mean, median, quantile } from 'simple-statistics';
import type { Engines, Run } from './scenario.mts';
import { type ResultLine, s, target } from './resultLine.mts';
import { delaysOf } from './serverStats.mts';

const IMAGES = 20;
const SEEDS = [1, 2, 3];

type TaskSeconds = Run['taskSeconds'];

const AROUND_22: TaskSeconds = [20, 24];
const AROUND_6: TaskSeconds = [4, 8];

/** Row (g): runs with one account, one after another, each with its own times. */
const SCENARIOS: TaskSeconds[][] = [
	[AROUND_22, AROUND_22, AROUND_22],
	[AROUND_6, AROUND_6, AROUND_6],
	[AROUND_22, AROUND_22, AROUND_22, [40, 48], [40, 48]],
	[AROUND_22, AROUND_22, AROUND_22, [10, 12], [10, 12]],
];

export interface PollsRow {
	taskSeconds: TaskSeconds;
	/** Seconds from the end of a task to the request for its image. */
	delay: { median: number; percentile95: number };
	callsPerImage: number;
}

/** For each scenario, its runs in order. */
export const measurePolls = async (engines: Engines): Promise<PollsRow[][]> =>
	await Promise.all(
		SCENARIOS.map(async (scenario) => {
			const runs = scenario.map((taskSeconds) => {
				return { executions: 1, images: IMAGES, taskSeconds, restSeconds: 1 };
			});
			const results = await Promise.all(
				SEEDS.map(async (seed) => await engines.runScenario({ seed, runs })),
			);
			return scenario.map((taskSeconds, run): PollsRow => {
				const stats = results.map((result) => result[run]!.stats);
				const delays = stats.flatMap(delaysOf);
				return {
					taskSeconds,
					delay: { median: median(delays), percentile95: quantile(delays, 0.95) },
					callsPerImage: mean(stats.map(({ requests }) => requests / IMAGES)),
				};
			});
		}),
	);

const range = ([shortest, longest]: TaskSeconds): string => `${shortest} to ${longest} s`;

/** One line for each run. */
export const pollsLines = (rows: PollsRow[]): ResultLine[] =>
	rows.map(({ taskSeconds, delay, callsPerImage }, index) => {
		const before = rows.slice(0, index).filter((row) => row.taskSeconds === taskSeconds).length;
		const changed = before < index ? `, after ${range(rows[0]!.taskSeconds)}` : '';
		const isThird = taskSeconds === AROUND_22 && index === 2;
		const isMet = delay.median <= 0.6 && delay.percentile95 <= 1.5 && callsPerImage <= 8;
		return [
			'g',
			`${IMAGES} images of ${range(taskSeconds)}, run ${before + 1}${changed}`,
			`noticed ${s(delay.median)} late (median), ${s(delay.percentile95)} (95 %); ${callsPerImage.toFixed(1)} calls an image`,
			...(isThird ? target('≤ 0.6 s, ≤ 1.5 s, ≤ 8', isMet) : []),
		];
	});
