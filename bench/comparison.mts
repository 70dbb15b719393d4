import { median } from 'simple-statistics';
import type { N8nInstance } from '../test/e2e/n8nInstance.mts';
import { promptsFor, withWorkflows } from './n8n.mts';
import { hasTarget, imageCount, type ResultLine, s, target, times } from './resultLine.mts';
import { imagesOf } from './serverStats.mts';

/** Both workflows get the same durations, drawn anew for each pair of runs. */
const SEEDS = [11, 12, 13, 14, 15] as const;

/** Row (b): our node and the stock workflow, in turn. */
export interface ComparisonRow {
	images: number;
	ours: Timing;
	stock: Timing;
	/** Of the medians; below 1, our node is faster. */
	ratio: number;
}

export interface Timing {
	runs: number;
	median: number;
	callsPerImage: number;
}

/** The same images by both workflows, A B A B. */
export const compareWithStock = async (
	n8n: N8nInstance,
	counts: readonly number[],
): Promise<ComparisonRow[]> =>
	await withWorkflows(n8n, ['ours', 'continues'], {}, async (sandbox, execute) => {
		const rows: ComparisonRow[] = [];
		for (const images of counts) {
			const seconds = { ours: [] as number[], continues: [] as number[] };
			const calls = { ours: [] as number[], continues: [] as number[] };
			for (const seed of SEEDS)
				for (const variant of ['ours', 'continues'] as const) {
					await sandbox.startRun({ seed });
					const execution = await execute[variant](promptsFor(images));
					const stats = await sandbox.stats();
					if (execution.status !== 'success' || imagesOf(stats) !== images)
						throw new Error(
							`${variant}: ${execution.status}, ${imagesOf(stats)} of ${images} images`,
						);
					seconds[variant].push(execution.seconds);
					calls[variant].push(stats.requests / images);
				}
			const timing = (variant: 'ours' | 'continues'): Timing => ({
				runs: SEEDS.length,
				median: median(seconds[variant]),
				callsPerImage: median(calls[variant]),
			});
			const [ours, stock] = [timing('ours'), timing('continues')];
			rows.push({ images, ours, stock, ratio: ours.median / stock.median });
		}
		return rows;
	});

export function comparisonLines({ images, ours, stock, ratio }: ComparisonRow): ResultLine[] {
	const what = `${imageCount(images)} of 3 to 8 s in a real n8n`;
	return [
		[
			'b',
			`${what}: time`,
			`${s(ours.median)}, stock workflow ${s(stock.median)} (medians of ${ours.runs}): ${times(ratio)}`,
			...(hasTarget(images) ? target('≤ 1.00 ×', ratio <= 1) : []),
		],
		[
			'b',
			`${what}: HTTP calls`,
			`${ours.callsPerImage.toFixed(1)} an image, stock workflow ${stock.callsPerImage.toFixed(1)}`,
		],
	];
}
