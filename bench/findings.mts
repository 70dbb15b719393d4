import { type BesideRow, LIMIT, type LimitedRow, STOPPED_AFTER_SECONDS } from './beside.mts';
import { type LanesRow, TASK_SECONDS } from './lanes.mts';
import { IMAGE_MEGABYTES, type MemoryRow } from './memory.mts';
import type { WeightRow } from './weight.mts';

/** One line of the table. */
export interface Finding {
	row: 'a' | 'b' | 'c' | 'd' | 'e';
	what: string;
	measured: string;
	/** What was promised of it; none where it only stands beside. */
	target?: { words: string; isMet: boolean };
}

/** Everything one run of the benchmark may have measured. */
export interface Measured {
	lanes: LanesRow[];
	beside: BesideRow[];
	limited: LimitedRow[];
	/** Seconds of the sequential loop for ten images. */
	loopSeconds?: number;
	memory: MemoryRow[];
	weight?: WeightRow;
}

const s = (seconds: number): string => `${seconds.toFixed(1)} s`;
const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
const mb = (megabytes: number): string => `${Math.round(megabytes)} MB`;

/** The same words in the table and the chart. */
export const WHO: Record<LimitedRow['who'], string> = {
	ours: 'this node',
	'goes on': 'stock, refused items go on',
	stops: 'stock, as it comes',
	retries: 'stock, "Retry On Fail" 5 × 5 s',
	batches: 'stock, batching to the known limit',
};

/** "50 images"; one is said as one. */
export const count = (images: number): string => `${images} image${images === 1 ? '' : 's'}`;

/** The counts that something was promised for. */
const isPromised = (images: number): boolean => images === 10 || images === 50;

function ofLanes(row: LanesRow): Finding[] {
	const { images, seconds, limit, ratio, callsPerImage, mostLooks, lag, busiestSecond } = row;
	const line = (what: string, measured: string, words?: string, isMet = false): Finding => ({
		row: 'a',
		what: `${count(images)} of ${TASK_SECONDS} s in n8n's engine: ${what}`,
		measured,
		...(words === undefined || !isPromised(images) ? {} : { target: { words, isMet } }),
	});
	return [
		line(
			'time',
			`${s(seconds)}, ${times(ratio)} the limit of ${limit} s`,
			'≤ 1.25 ×',
			ratio <= 1.25,
		),
		line(
			'HTTP calls',
			`${callsPerImage.toFixed(1)} an image, at most ${mostLooks} looks`,
			'≤ 7, ≤ 5',
			callsPerImage <= 7 && mostLooks <= 5,
		),
		line(
			'noticed',
			`${s(lag.median / 1_000)} late (median), ${s(lag.worst / 1_000)} (worst)`,
			'median ≤ 1 s',
			lag.median <= 1_000,
		),
		line('busiest second', `${busiestSecond} requests to the API`),
	];
}

function ofBeside({ images, ours, stock, ratio }: BesideRow): Finding[] {
	const what = (which: string): string => `${count(images)} of 3 to 8 s in a real n8n: ${which}`;
	const time = `${s(ours.median)}, stock workflow ${s(stock.median)} (medians of ${ours.seconds.length}): ${times(ratio)}`;
	const calls = `${ours.callsPerImage.toFixed(1)} an image, stock workflow ${stock.callsPerImage.toFixed(1)}`;
	return [
		{
			row: 'b',
			what: what('time'),
			measured: time,
			...(isPromised(images) ? { target: { words: '≤ 1.00 ×', isMet: ratio <= 1 } } : {}),
		},
		{ row: 'b', what: what('HTTP calls'), measured: calls },
	];
}

function ofLimited(row: LimitedRow): Finding {
	const { who, images, ran, delivered, bought, boughtTwice, calls, refused } = row;
	const end = {
		success: `done in ${s(ran.seconds)}`,
		error: `failed after ${s(ran.seconds)}`,
		stopped: `stopped after ${STOPPED_AFTER_SECONDS} s of looping`,
	}[ran.end];
	const twice = boughtTwice === 0 ? '' : ` (${boughtTwice} a second time)`;
	const measured = `${delivered} of ${images} images, ${end}; ${bought} bought${twice}; ${calls} calls, ${refused} refused`;
	const what = `${LIMIT.creates} creates per ${LIMIT.perSeconds} s: ${WHO[who]}`;
	if (who !== 'ours') return { row: 'b', what, measured };
	const isMet = delivered === images && bought === images && boughtTwice === 0;
	return {
		row: 'b',
		what,
		measured,
		target: { words: `all ${images}, each bought once`, isMet },
	};
}

function ofLoop(loopSeconds: number, lanes: LanesRow[]): Finding {
	const what = `10 images of ${TASK_SECONDS} s one after another, a look every 2 s`;
	const ours = lanes.find(({ images }) => images === 10);
	if (ours === undefined) return { row: 'c', what, measured: s(loopSeconds) };
	const ratio = loopSeconds / ours.seconds;
	return {
		row: 'c',
		what,
		measured: `${s(loopSeconds)}, ${ratio.toFixed(1)} times as long as this node`,
		target: { words: '≥ 7 times', isMet: ratio >= 7 },
	};
}

function ofMemory(rows: MemoryRow[]): Finding[] {
	return rows.map((row): Finding => {
		const streamed = row.mode === 'filesystem';
		const few = rows.find(({ mode, images }) => mode === row.mode && images === 20);
		const growth = row.peak / (few?.peak ?? Number.NaN);
		const measured = [
			`peak ${mb(row.peak)}, ${mb(row.added)} of it added, ${mb(row.addedBuffers)} of buffers added`,
			...(row.images === 20 ? [] : [`${times(growth)} the peak at 20`]),
			...(row.isStored ? [] : ['n8n cannot store such an execution']),
		].join('; ');
		const how = streamed ? 'streamed to files' : 'buffered (n8n in memory mode)';
		return {
			row: 'd',
			what: `${row.images} images of ${IMAGE_MEGABYTES} MB, ${how}`,
			measured,
			...(streamed && row.images !== 20
				? { target: { words: '≤ 1.20 ×', isMet: growth <= 1.2 } }
				: {}),
		};
	});
}

const ofWeight = ({ milliseconds, processes, packedKilobytes }: WeightRow): Finding[] => [
	{
		row: 'e',
		what: 'Loading the package, beyond n8n-workflow',
		measured: `${milliseconds.toFixed(1)} ms (median of ${processes} processes)`,
		target: { words: '≤ 10 ms', isMet: milliseconds <= 10 },
	},
	{ row: 'e', what: 'Packed size', measured: `${packedKilobytes.toFixed(1)} kB` },
];

/** What the numbers mean, line by line. */
export function findingsOf(measured: Measured): Finding[] {
	const { lanes, beside, limited, loopSeconds, memory, weight } = measured;
	return [
		...lanes.flatMap(ofLanes),
		...beside.flatMap(ofBeside),
		...limited.map(ofLimited),
		...(loopSeconds === undefined ? [] : [ofLoop(loopSeconds, lanes)]),
		...ofMemory(memory),
		...(weight === undefined ? [] : ofWeight(weight)),
	];
}
