import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.mts';
import type { BenchHost, Opened, Ran } from './host.mts';
import { BenchSandbox } from './sandbox.mts';
import { median } from './statistics.mts';
import { ourWorkflow, stockWorkflow, type StockWay } from './stockWorkflow.mts';

/** Both sides get the same durations, drawn anew for each pair of runs. */
const SEEDS = [11, 12, 13, 14, 15];

/** The limit that the likely upstream states. */
export const LIMIT = { creates: 20, perSeconds: 10 };

/** What the stock workflow gets, where it would never end. */
export const STOPPED_AFTER_SECONDS = 60;

/** Row (b): our node and the stock workflow, in turn. */
export interface BesideRow {
	images: number;
	ours: Side;
	stock: Side;
	/** Of the medians; below 1 our node is faster. */
	ratio: number;
}

export interface Side {
	seconds: number[];
	median: number;
	callsPerImage: number;
}

/** One run under the limit. */
export interface LimitedRow {
	who: 'ours' | StockWay;
	images: number;
	ran: Ran;
	/** Different images whose file came. */
	delivered: number;
	bought: number;
	/** Tasks that were paid for a second time. */
	boughtTwice: number;
	calls: number;
	refused: number;
}

const prompts = (images: number): string[] =>
	Array.from({ length: images }, (_, index) => `Benchmark image ${index}`);

const callsOf = ({ calls }: Account): number =>
	calls.create + calls.poll + calls.image + calls.other;

const delivered = ({ tasks }: Account): number =>
	new Set(tasks.flatMap(({ prompt, fetchedAt }) => (fetchedAt === undefined ? [] : prompt))).size;

/** The same images by both ways, A B A B. */
export async function measureBeside(host: BenchHost, counts: number[]): Promise<BesideRow[]> {
	const sandbox = await BenchSandbox.start();
	try {
		const { own, header } = await host.credentials(sandbox);
		const sides = {
			ours: await host.open('ours', ourWorkflow('ours'), own),
			stock: await host.open('stock', stockWorkflow('stock', sandbox.url, header), own),
		};
		await sandbox.begin({ seconds: 0 });
		for (const side of Object.values(sides)) await host.warmUp(side, prompts(2));
		const rows: BesideRow[] = [];
		for (const images of counts) {
			const taken: Record<keyof typeof sides, { seconds: number; calls: number }[]> = {
				ours: [],
				stock: [],
			};
			for (const seed of SEEDS) {
				for (const name of ['ours', 'stock'] as const) {
					await sandbox.begin({ seed });
					const { seconds, end } = await host.run(sides[name], prompts(images));
					const account = await sandbox.account();
					if (end !== 'success' || delivered(account) !== images)
						throw new Error(`${name}: ${end}, ${delivered(account)} of ${images} images`);
					taken[name].push({ seconds, calls: callsOf(account) });
				}
			}
			const [ours, stock] = [sideOf(taken.ours, images), sideOf(taken.stock, images)];
			rows.push({ images, ours, stock, ratio: ours.median / stock.median });
		}
		return rows;
	} finally {
		await sandbox.stop();
	}
}

function sideOf(runs: { seconds: number; calls: number }[], images: number): Side {
	const seconds = runs.map((run) => run.seconds);
	return {
		seconds,
		median: median(seconds),
		callsPerImage: median(runs.map(({ calls }) => calls)) / images,
	};
}

/** What each way of working does where the service takes no more than so many creates in a while. */
export async function measureLimited(host: BenchHost, images: number): Promise<LimitedRow[]> {
	const sandbox = await BenchSandbox.start({ rateLimit: LIMIT });
	try {
		const { own, header } = await host.credentials(sandbox);
		const open = async (who: LimitedRow['who']): Promise<Opened> => {
			const path = `limited-${who.replace(' ', '-')}`;
			const drawn =
				who === 'ours' ? ourWorkflow(path) : stockWorkflow(path, sandbox.url, header, who);
			return await host.open(path, drawn, own);
		};
		const opened: Array<[LimitedRow['who'], Opened]> = [];
		await sandbox.begin({ seconds: 0 });
		for (const who of ['ours', 'goes on', 'stops', 'retries', 'batches'] as const) {
			const workflow = await open(who);
			await host.warmUp(workflow, prompts(1));
			opened.push([who, workflow]);
		}
		const rows: LimitedRow[] = [];
		for (const [who, workflow] of opened) {
			// The creates before it must not count against it.
			await sleep((LIMIT.perSeconds + 1) * 1_000);
			await sandbox.begin({ seed: SEEDS[0]! });
			const ran = await host.run(workflow, prompts(images), STOPPED_AFTER_SECONDS);
			const account = await sandbox.account();
			const different = new Set(account.tasks.map(({ prompt }) => prompt)).size;
			rows.push({
				who,
				images,
				ran,
				delivered: delivered(account),
				bought: account.tasks.length,
				boughtTwice: account.tasks.length - different,
				calls: callsOf(account),
				refused: account.refused,
			});
		}
		return rows;
	} finally {
		await sandbox.stop();
	}
}
