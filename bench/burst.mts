import { max, median, min } from 'simple-statistics';
import type { RateLimit } from '../sandbox/rateLimit.mts';
import type { Engines, Run, RunResult } from './scenario.mts';
import { duplicatesOf, imagesOf } from './serverStats.mts';
import { imageCount, type ResultLine, target, times } from './resultLine.mts';

export const TASK_SECONDS = 5;
const CREATES = 20;
const PER_SECONDS = 10;
const IN_FLIGHT = 10;
const SEEDS = [1, 2, 3];

/** So many executions that start together, of so many images each. */
export const BURSTS = [
	[60, 1],
	[10, 10],
] as const;

const LIMITS: RateLimit[] = [
	{ kind: 'sliding window', creates: CREATES, perSeconds: PER_SECONDS },
	{ kind: 'fixed window', creates: CREATES, perSeconds: PER_SECONDS },
	{ kind: 'token bucket', creates: CREATES, perSeconds: PER_SECONDS },
	{ kind: 'tasks in flight', tasks: IN_FLIGHT },
];

/** Row (f): two bursts of executions with one account. Medians of several such pairs. */
export interface BurstRow {
	limit: RateLimit;
	executions: number;
	/** Of each execution. */
	images: number;
	bursts: Array<{ ratio: number; refusedPerImage: number }>;
	/** In the worst of all bursts. */
	received: number;
	duplicates: number;
}

/**
 * The least time that a burst can take: of a client that knows the limit and creates each task as
 * soon as it is accepted. That is when the last task can be created, plus the time that it takes.
 * The rest before a burst is as long as a window, so nothing earlier counts against it.
 *
 * - A sliding window accepts its creates at once, and as many again each time that it has passed.
 * - A fixed window does the same, but the first one began before the burst.
 * - A token bucket accepts what it holds at once, and then one create for each token.
 * - Of tasks in flight, each group is created when the one before it is done.
 */
export function leastSeconds({ kind }: RateLimit, images: number, startedAt: number): number {
	const later = Math.ceil(images / CREATES) - 1;
	switch (kind) {
		case 'tasks in flight':
			return TASK_SECONDS * Math.ceil(images / IN_FLIGHT);
		case 'token bucket':
			return (Math.max(0, images - CREATES) * PER_SECONDS) / CREATES + TASK_SECONDS;
		case 'fixed window': {
			const elapsed = later > 0 ? (startedAt / 1_000) % PER_SECONDS : 0;
			return PER_SECONDS * later - elapsed + TASK_SECONDS;
		}
		default:
			return PER_SECONDS * later + TASK_SECONDS;
	}
}

export async function measureBursts(
	engines: Engines,
	executions: number,
	images: number,
): Promise<BurstRow[]> {
	const taskSeconds: Run['taskSeconds'] = [TASK_SECONDS, TASK_SECONDS];
	const total = executions * images;
	const measure = async (limit: RateLimit): Promise<BurstRow> => {
		const pairs = await Promise.all(
			SEEDS.map(async (seed) => {
				const burst = { executions, images, taskSeconds, restSeconds: PER_SECONDS };
				// Fixed windows are not to begin together with the burst.
				const runs = [{ ...burst, restSeconds: PER_SECONDS + 3 * seed }, burst];
				return await engines.runScenario({ rateLimit: limit, seed, runs });
			}),
		);
		const medianOf = (burst: number, value: (result: RunResult) => number) =>
			median(pairs.map((pair) => value(pair[burst]!)));
		const all = pairs.flat();
		return {
			limit,
			executions,
			images,
			bursts: [0, 1].map((burst) => ({
				ratio: medianOf(
					burst,
					({ seconds, startedAt }) => seconds / leastSeconds(limit, total, startedAt),
				),
				refusedPerImage: medianOf(burst, ({ stats }) => stats.refused / total),
			})),
			received: min(all.map(({ received, stats }) => Math.min(received, imagesOf(stats)))),
			duplicates: max(all.map(({ stats }) => duplicatesOf(stats))),
		};
	};
	return await Promise.all(
		LIMITS.flatMap((limit) => [
			measure({ ...limit, retryAfter: 'none' }),
			measure({ ...limit, retryAfter: 'seconds' }),
		]),
	);
}

export function burstLine(row: BurstRow): ResultLine {
	const { limit, executions, images } = row;
	const size =
		limit.kind === 'tasks in flight'
			? `${limit.tasks} tasks in flight`
			: `${limit.creates} per ${limit.perSeconds} s, ${limit.kind}`;
	const header = limit.retryAfter === 'none' ? 'no Retry-After' : 'Retry-After';
	return [
		'f',
		`${executions} executions of ${imageCount(images)}, ${size}, ${header}`,
		...burstCells(row, executions * images, [
			{ ratio: 1.3, refused: 1.2 },
			{ ratio: limit.kind === 'token bucket' ? 1.25 : 1.15, refused: 0.3 },
		]),
	];
}

/** What two bursts came to, and whether each of them met its target. */
export function burstCells(
	{ bursts, received, duplicates }: Pick<BurstRow, 'bursts' | 'received' | 'duplicates'>,
	total: number,
	targets: ReadonlyArray<{ ratio: number; refused?: number }>,
): string[] {
	const [first, second] = bursts.map(
		({ ratio, refusedPerImage }) =>
			`${times(ratio)}, ${refusedPerImage.toFixed(1)} refused an image`,
	);
	const isMet = targets.every(
		({ ratio, refused = Infinity }, index) =>
			bursts[index]!.ratio <= ratio && bursts[index]!.refusedPerImage <= refused,
	);
	const words = targets.map(
		({ ratio, refused }) => `≤ ${times(ratio)}${refused === undefined ? '' : `, ≤ ${refused}`}; `,
	);
	return [
		`first burst ${first}; second ${second}; ${received} of ${total} images, ${duplicates} duplicates`,
		...target(`${words.join('')}all, once`, isMet && received === total && duplicates === 0),
	];
}
