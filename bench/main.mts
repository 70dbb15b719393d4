// `npm run bench`: measures everything in one run against the sandbox.
// `npm run bench -- --only a,e` measures some rows and writes no files; with `--real-clock`, rows f
// and g are measured without the virtual clock, which takes more than an hour. docs/performance.md
// explains the rows.
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { stopChildProcesses } from '../host/childProcess.mts';
import { CleanupStack } from '../host/cleanupStack.mts';
import { root } from '../host/paths.mts';
import { step } from '../host/progress.mts';
import versions from '../host/versions.json' with { type: 'json' };
import { BURSTS, burstLine, measureBursts } from './burst.mts';
import { measureCallsInN8n } from './calls.mts';
import { chartOf, type ChartRows } from './chart.mts';
import { compareWithStock, comparisonLines } from './comparison.mts';
import { measureFleet } from './fleet.mts';
import { footprintLines, measureFootprint } from './footprint.mts';
import { limitedLine, measureLimited } from './limited.mts';
import { measureMemory, memoryLines, type MemoryRow } from './memory.mts';
import { startN8n } from './n8n.mts';
import { unpackPackage } from './package.mts';
import { measurePolls, pollsLine } from './polls.mts';
import type { ResultLine } from './resultLine.mts';
import { startEngines } from './scenario.mts';
import {
	loopLine,
	measureSequentialLoop,
	measureThroughput,
	throughputLines,
} from './throughput.mts';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] as const;
type Row = (typeof ROWS)[number];

const cleanup = new CleanupStack();
cleanup.defer(stopChildProcesses);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(signal, () => void cleanup.run().then(() => process.exit(130)));

const { only, 'real-clock': isRealClock = false } = parseArgs({
	options: { only: { type: 'string' }, 'real-clock': { type: 'boolean' } },
}).values;
const rows = new Set<Row>(only === undefined ? ROWS : (only.split(',') as Row[]));
const started = new Date();
const [load = 0] = loadavg();
const lines: ResultLine[] = [];
const chart: ChartRows = { throughput: [], loopSeconds: 0, comparison: [], limited: [] };

try {
	await measure();
	const head = ['', 'What', 'Measured', 'Target', ''];
	const byRow = lines.sort(([row = ''], [other = '']) => row.localeCompare(other));
	const table = markdownTable([head, ...byRow]);
	console.log(`\n${table}\n`);
	if (only === undefined) await write(table);
} finally {
	await cleanup.run();
}

async function measure(): Promise<void> {
	const unpacked = await unpackPackage();
	const { folder, tarball } = unpacked;
	// First, before the other rows heat up the processor.
	if (rows.has('e'))
		lines.push(
			...footprintLines(await step('e  Load time and size', () => measureFootprint(unpacked))),
		);
	if (rows.has('a'))
		for (const images of [1, 10, 50, 200]) {
			const row = await step(`a  ${images} × 6 s in n8n's engine`, () =>
				measureThroughput(folder, images),
			);
			chart.throughput.push(row);
			lines.push(...throughputLines(row));
		}
	if (rows.has('c')) {
		chart.loopSeconds = await step('c  The sequential loop', () =>
			measureSequentialLoop(folder, 10),
		);
		lines.push(loopLine(chart.loopSeconds, chart.throughput));
	}
	if (rows.has('d')) {
		const memory: MemoryRow[] = [];
		for (const mode of ['filesystem', 'default'] as const)
			for (const images of [20, 100])
				memory.push(
					await step(`d  ${images} × 8 MB, ${mode}`, () => measureMemory(folder, images, mode)),
				);
		lines.push(...memoryLines(memory));
	}
	if (rows.has('f') || rows.has('g')) {
		const engines = startEngines({ folder, isVirtual: !isRealClock });
		cleanup.defer(() => engines.end());
		if (rows.has('f'))
			for (const [executions, images] of BURSTS) {
				const bursts = await step(`f  ${executions} × ${images} images under each limit`, () =>
					measureBursts(engines, executions, images),
				);
				lines.push(...bursts.map(burstLine));
			}
		if (rows.has('g')) {
			const polls = await step('g  When images are noticed', () => measurePolls(engines));
			lines.push(...polls.map(pollsLine));
		}
	}
	if (rows.has('i'))
		lines.push(await step('i  Webhook calls to two workers', () => measureFleet(cleanup)));
	if (!rows.has('b') && !rows.has('h')) return;
	const n8n = await step('Starting n8n', () => startN8n(tarball, cleanup));
	if (rows.has('b')) {
		chart.comparison = await step('b  Compared with the stock workflow', () =>
			compareWithStock(n8n, [1, 10, 50]),
		);
		chart.limited = await step('b  Under a rate limit', () => measureLimited(n8n, 50));
		lines.push(...chart.comparison.flatMap(comparisonLines), ...chart.limited.map(limitedLine));
	}
	if (rows.has('h'))
		lines.push(...(await step('h  Webhook calls at once', () => measureCallsInN8n(n8n))));
}

async function write(table: string): Promise<void> {
	const [cpu] = cpus();
	const date = started.toISOString().slice(0, 10);
	const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB`;
	const about = `Measured on ${date} against the sandbox: n8n ${versions.n8n} (Node ${versions.node}) for rows b, h, and i, n8n-core ${versions.n8n} (Node ${process.versions.node}) for the others; on a virtual clock for rows f and g, on the real clock for the others`;
	await writeFile(
		join(root, 'bench', 'results.md'),
		`# Results of \`npm run bench\`

${about}. Machine: ${machine}; its load before the run was ${load.toFixed(1)}.

${table}
`,
	);
	await writeFile(
		join(root, 'bench', 'results.svg'),
		chartOf(chart, `npm run bench, ${date}, n8n ${versions.n8n}, against the sandbox`),
	);
}
