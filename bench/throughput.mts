import { max, median } from 'simple-statistics';
import { runInEngine } from './engine.mts';
import { delaysOf } from './serverStats.mts';
import { hasTarget, imageCount, type ResultLine, s, target, times } from './resultLine.mts';

/** The default of the field "Max Parallel". */
const MAX_PARALLEL = 50;

export const TASK_SECONDS = 6;

/** Row (a): so many images, each of which takes six seconds. */
export interface ThroughputRow {
	images: number;
	seconds: number;
	/** No node can be faster with so many tasks in flight. */
	leastSeconds: number;
	ratio: number;
	callsPerImage: number;
	maxPolls: number;
	/** Seconds from the end of a task to the request for its image. */
	delay: { median: number; worst: number };
	busiestSecond: number;
}

export async function measureThroughput(folder: string, images: number): Promise<ThroughputRow> {
	const { seconds, stats } = await runInEngine(folder, { node: 'flux2', images }, TASK_SECONDS);
	const delays = delaysOf(stats);
	const leastSeconds = TASK_SECONDS * Math.ceil(images / MAX_PARALLEL);
	return {
		images,
		seconds,
		leastSeconds,
		ratio: seconds / leastSeconds,
		callsPerImage: stats.requests / images,
		maxPolls: max(stats.tasks.map(({ polls }) => polls)),
		delay: { median: median(delays), worst: max(delays) },
		busiestSecond: stats.busiestSecond,
	};
}

/** Row (c): the same, one after another and polled at fixed intervals. Seconds. */
export async function measureSequentialLoop(folder: string, images: number): Promise<number> {
	return (await runInEngine(folder, { node: 'loop', images }, TASK_SECONDS)).seconds;
}

export function throughputLines(row: ThroughputRow): ResultLine[] {
	const { images, seconds, leastSeconds, ratio, callsPerImage, maxPolls, delay } = row;
	const what = `${imageCount(images)} of ${TASK_SECONDS} s in n8n's engine`;
	const ifPromised = (words: string, isMet: boolean) =>
		hasTarget(images) ? target(words, isMet) : [];
	return [
		[
			'a',
			`${what}: time`,
			`${s(seconds)}, ${times(ratio)} the least possible ${leastSeconds} s`,
			...ifPromised('≤ 1.25 ×', ratio <= 1.25),
		],
		[
			'a',
			`${what}: HTTP calls`,
			`${callsPerImage.toFixed(1)} an image, at most ${maxPolls} polls`,
			...ifPromised('≤ 7, ≤ 5', callsPerImage <= 7 && maxPolls <= 5),
		],
		[
			'a',
			`${what}: noticed`,
			`${s(delay.median)} late (median), ${s(delay.worst)} (worst)`,
			...ifPromised('median ≤ 1 s', delay.median <= 1),
		],
		['a', `${what}: busiest second`, `${row.busiestSecond} requests to the API`],
	];
}

export function loopLine(loopSeconds: number, throughput: ThroughputRow[]): ResultLine {
	const what = `10 images of ${TASK_SECONDS} s one after another, polled every 2 s`;
	const ours = throughput.find(({ images }) => images === 10);
	if (ours === undefined) return ['c', what, s(loopSeconds)];
	const ratio = loopSeconds / ours.seconds;
	const measured = `${s(loopSeconds)}, ${ratio.toFixed(1)} times as long as this node`;
	return ['c', what, measured, ...target('≥ 7 times', ratio >= 7)];
}
