import { median, quantile } from 'simple-statistics';
import { type ResultLine, s, target } from './resultLine.mts';
import type { Engines, Run } from './scenario.mts';
import { delaysOf } from './serverStats.mts';

const IMAGES = 20;
const SEEDS = [1, 2, 3];
const RUNS_BEFORE = 3;

type TaskSeconds = Run['taskSeconds'];

interface PollsScenario {
	taskSeconds: TaskSeconds;
	runs: number;
	/** Of the runs that came before: the service has become slower or faster since. */
	before?: TaskSeconds;
}

const AROUND_6: TaskSeconds = [4, 8];
const AROUND_22: TaskSeconds = [20, 24];

const SCENARIOS: PollsScenario[] = [
	{ taskSeconds: AROUND_6, runs: 3 },
	{ taskSeconds: AROUND_22, runs: 3 },
	{ taskSeconds: [40, 48], runs: 2, before: AROUND_22 },
	{ taskSeconds: [10, 12], runs: 2, before: AROUND_22 },
];

/** Row (g): one of several runs that follow each other with one account. Medians of several such series. */
export interface PollsRow extends Omit<PollsScenario, 'runs'> {
	/** From 1. */
	run: number;
	/** Seconds from the end of a task to the request for its image. */
	delay: { median: number; percentile95: number };
	callsPerImage: number;
}

async function measureScenario(engines: Engines, scenario: PollsScenario): Promise<PollsRow[]> {
	const { taskSeconds, runs, before } = scenario;
	const run = { executions: 1, images: IMAGES, taskSeconds, restSeconds: 1 };
	const earlier = before ? Array<Run>(RUNS_BEFORE).fill({ ...run, taskSeconds: before }) : [];
	const series = await Promise.all(
		SEEDS.map(async (seed) => {
			const measured = Array<Run>(runs).fill(run);
			const results = await engines.runScenario({ seed, runs: [...earlier, ...measured] });
			return results.slice(earlier.length).map(({ stats }) => stats);
		}),
	);
	return Array.from({ length: runs }, (_, index) => {
		const stats = series.map((results) => results[index]!);
		const delays = stats.flatMap(delaysOf);
		return {
			taskSeconds,
			...(before && { before }),
			run: index + 1,
			delay: { median: median(delays), percentile95: quantile(delays, 0.95) },
			callsPerImage: median(stats.map(({ requests }) => requests / IMAGES)),
		};
	});
}

export async function measurePolls(engines: Engines): Promise<PollsRow[]> {
	const rows = SCENARIOS.map(async (scenario) => await measureScenario(engines, scenario));
	return (await Promise.all(rows)).flat();
}

const range = ([shortest, longest]: TaskSeconds): string => `${shortest} to ${longest} s`;

export function pollsLine({
	taskSeconds,
	before,
	run,
	delay,
	callsPerImage,
}: PollsRow): ResultLine {
	const isMet = delay.median <= 0.6 && delay.percentile95 <= 1.5 && callsPerImage <= 8;
	const after = before ? `, after ${RUNS_BEFORE} of ${range(before)}` : '';
	return [
		'g',
		`${IMAGES} images of ${range(taskSeconds)}, run ${run}${after}`,
		`noticed ${s(delay.median)} late (median), ${s(delay.percentile95)} (95 %); ${callsPerImage.toFixed(1)} calls an image`,
		...(taskSeconds === AROUND_22 && run === 3 ? target('≤ 0.6 s, ≤ 1.5 s; ≤ 8', isMet) : []),
	];
}
