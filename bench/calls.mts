import { setTimeout as sleep } from 'node:timers/promises';
import { max, min } from 'simple-statistics';
import type { RateLimit } from '../sandbox/rateLimit.mts';
import type { N8nInstance } from '../test/e2e/n8nInstance.mts';
import { burstCells, leastSeconds, TASK_SECONDS } from './burst.mts';
import { LIMIT, VARIANT_NAMES } from './limited.mts';
import { promptsFor, withWorkflows } from './n8n.mts';
import { type ResultLine, s } from './resultLine.mts';
import { duplicatesOf, imagesOf, type ServerStats } from './serverStats.mts';

/** Webhook calls at the same moment, each of which starts an execution of one image. */
const CALLS = 100;

export const CALL_LIMIT: RateLimit = { ...LIMIT, kind: 'sliding window', retryAfter: 'none' };

/** What came of the calls. */
export interface CallsResult {
	/** From the first call to the end of the last execution. */
	seconds: number;
	/** Executions that succeeded. */
	succeeded: number;
	stats: ServerStats;
}

/** After a rest, so that earlier creates do not count against them. */
export async function measureCalls(
	/** Resolves when all executions have ended, with the number of those that succeeded. */
	call: (prompts: readonly string[]) => Promise<number>,
	statsSince: (startedAt: number) => ServerStats | Promise<ServerStats>,
): Promise<CallsResult> {
	await sleep((LIMIT.perSeconds + 1) * 1_000);
	const startedAt = Date.now();
	const succeeded = await call(promptsFor(CALLS));
	const seconds = (Date.now() - startedAt) / 1_000;
	return { seconds, succeeded, stats: await statsSince(startedAt) };
}

/** Row (h): this node under two such bursts, and stock workflows under one each, in a real n8n. */
export async function measureCallsInN8n(n8n: N8nInstance): Promise<ResultLine[]> {
	const variants = ['ours', 'stops', 'retries'] as const;
	return await withWorkflows(n8n, variants, { rateLimit: CALL_LIMIT }, async (sandbox, execute) => {
		const measure = async (variant: (typeof variants)[number]): Promise<CallsResult> =>
			await measureCalls(
				async (prompts) => {
					await sandbox.startRun({ seconds: TASK_SECONDS });
					const calls = prompts.map((prompt) => execute[variant]([prompt]));
					return (await Promise.all(calls)).filter(({ status }) => status === 'success').length;
				},
				async () => await sandbox.stats(),
			);
		const ours = [await measure('ours'), await measure('ours')];
		const lines = [
			[
				'h',
				callsTitle('this node'),
				// Those of row (f), and 0.15 more for n8n's own work.
				...callsCells(ours, [
					{ ratio: 1.45, refused: 1.2 },
					{ ratio: 1.3, refused: 0.3 },
				]),
			],
		];
		for (const variant of ['stops', 'retries'] as const) {
			const { seconds, succeeded, stats } = await measure(variant);
			lines.push([
				'h',
				callsTitle(VARIANT_NAMES[variant]),
				`${CALLS - succeeded} of ${CALLS} executions failed, ${imagesOf(stats)} images in ${s(seconds)}, ${duplicatesOf(stats)} duplicates; ${(stats.refused / CALLS).toFixed(1)} refused an image`,
			]);
		}
		return lines;
	});
}

export const callsTitle = (name: string): string =>
	`${CALLS} webhook calls at once, ${LIMIT.creates} creates per ${LIMIT.perSeconds} s: ${name}`;

/** Of the burst that came first, and of the one that followed. */
export const callsCells = (
	results: readonly CallsResult[],
	targets: Parameters<typeof burstCells>[2],
): string[] =>
	burstCells(
		{
			bursts: results.map(({ seconds, stats }) => ({
				ratio: seconds / leastSeconds(CALL_LIMIT, CALLS, 0),
				refusedPerImage: stats.refused / CALLS,
			})),
			received: min(results.map(({ succeeded, stats }) => Math.min(succeeded, imagesOf(stats)))),
			duplicates: max(results.map(({ stats }) => duplicatesOf(stats))),
		},
		CALLS,
		targets,
	);
