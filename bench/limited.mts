import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nInstance } from '../test/e2e/n8nInstance.mts';
import { type Execution, promptsFor, type Variant, withWorkflows } from './n8n.mts';
import { imageCount, type ResultLine, s, target } from './resultLine.mts';
import { duplicatesOf, imagesOf } from './serverStats.mts';

/** The limit that the likely upstream documents. */
export const LIMIT = { creates: 20, perSeconds: 10 };

/** The stock workflow's time limit, where it would never end. */
export const STOPPED_AFTER_SECONDS = 60;

/** The same names in the table and the chart. */
export const VARIANT_NAMES: Record<Variant, string> = {
	ours: 'this node',
	continues: 'stock, continues on error',
	stops: 'stock, default settings',
	retries: 'stock, "Retry On Fail" 5 × 5 s',
	batches: 'stock, batching to the known limit',
};

/** Row (b): one run under the limit. */
export interface LimitedRow extends Execution {
	variant: Variant;
	images: number;
	/** Different images whose file was downloaded. */
	received: number;
	created: number;
	duplicates: number;
	calls: number;
	refused: number;
}

/** What each variant does where the service limits how many tasks are created. */
export async function measureLimited(n8n: N8nInstance, images: number): Promise<LimitedRow[]> {
	const variants = ['ours', 'continues', 'stops', 'retries', 'batches'] as const;
	return await withWorkflows(n8n, variants, { rateLimit: LIMIT }, async (sandbox, execute) => {
		const rows: LimitedRow[] = [];
		for (const variant of variants) {
			// So that earlier creates do not count against it.
			await sleep((LIMIT.perSeconds + 1) * 1_000);
			await sandbox.startRun({ seed: 1 });
			const execution = await execute[variant](promptsFor(images), STOPPED_AFTER_SECONDS);
			const stats = await sandbox.stats();
			rows.push({
				...execution,
				variant,
				images,
				received: imagesOf(stats),
				created: stats.tasks.length,
				duplicates: duplicatesOf(stats),
				calls: stats.requests,
				refused: stats.refused,
			});
		}
		return rows;
	});
}

export function limitedLine(row: LimitedRow): ResultLine {
	const { variant, images, seconds, status, received, created, duplicates, calls, refused } = row;
	const end = {
		success: `done in ${s(seconds)}`,
		error: `failed after ${s(seconds)}`,
		stopped: `stopped after ${STOPPED_AFTER_SECONDS} s of polling`,
	}[status];
	const twice = duplicates === 0 ? '' : ` (${duplicates} of them duplicates)`;
	const isMet = received === images && created === images && duplicates === 0;
	return [
		'b',
		`${LIMIT.creates} creates per ${LIMIT.perSeconds} s: ${VARIANT_NAMES[variant]}`,
		`${received} of ${imageCount(images)}, ${end}; ${created} tasks paid for${twice}; ${calls} calls, ${refused} refused`,
		...(variant === 'ours' ? target(`all ${images}, each paid for once`, isMet) : []),
	];
}
