// `npm run bench`: measures everything in one run, on the real clock, against the sandbox.
// `npm run bench -- --only a,e` measures some rows and writes no files.
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endLeashed } from '../host/leashed.mts';
import { Lifetime } from '../host/lifetime.mts';
import { root } from '../host/places.mts';
import { step } from '../host/progress.mts';
import versions from '../host/versions.json' with { type: 'json' };
import { measureBeside, measureLimited } from './beside.mts';
import { chartOf } from './chart.mts';
import { findingsOf, type Measured } from './findings.mts';
import { BenchHost } from './host.mts';
import { measureLanes, measureSequentialLoop } from './lanes.mts';
import { measureMemory } from './memory.mts';
import { openPackage } from './package.mts';
import { tableOf } from './table.mts';
import { measureWeight } from './weight.mts';

const ROWS = ['a', 'b', 'c', 'd', 'e'] as const;
type Row = (typeof ROWS)[number];

const lifetime = new Lifetime();
lifetime.atEnd(endLeashed);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(signal, () => void lifetime.end().then(() => process.exit(130)));

const only = parseArgs({ options: { only: { type: 'string' } } }).values.only;
const wanted = new Set<Row>(only === undefined ? ROWS : (only.split(',') as Row[]));
const started = new Date();
const [load = 0] = loadavg();

try {
	const measured = await measure();
	const table = tableOf(findingsOf(measured));
	console.log(`\n${table}\n`);
	if (only === undefined) await write(measured, table);
} finally {
	await lifetime.end();
}

async function measure(): Promise<Measured> {
	const measured: Measured = { lanes: [], beside: [], limited: [], memory: [] };
	const unpacked = await openPackage();
	const { folder, tarball } = unpacked;
	// First, while the machine is cool.
	if (wanted.has('e'))
		measured.weight = await step('e  Load time and size', () => measureWeight(unpacked));
	if (wanted.has('a'))
		for (const images of [1, 10, 50, 200])
			measured.lanes.push(
				await step(`a  ${images} × 6 s in n8n's engine`, () => measureLanes(folder, images)),
			);
	if (wanted.has('c'))
		measured.loopSeconds = await step('c  The sequential loop', () =>
			measureSequentialLoop(folder, 10),
		);
	if (wanted.has('d'))
		for (const mode of ['filesystem', 'default'] as const)
			for (const images of [20, 100])
				measured.memory.push(
					await step(`d  ${images} × 8 MB, ${mode}`, () => measureMemory(folder, images, mode)),
				);
	if (wanted.has('b')) {
		const host = await step('b  Starting n8n', () => BenchHost.start(tarball, lifetime));
		measured.beside = await step('b  Beside the stock workflow', () =>
			measureBeside(host, [1, 10, 50]),
		);
		measured.limited = await step('b  Under a rate limit', () => measureLimited(host, 50));
	}
	return measured;
}

async function write(measured: Measured, table: string): Promise<void> {
	const [cpu] = cpus();
	const date = started.toISOString().slice(0, 10);
	const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB`;
	const about = `Measured on ${date} against the sandbox, on the real clock: n8n ${versions.n8n} (Node ${versions.node}) for row b, n8n-core ${versions.n8n} (Node ${process.versions.node}) for the others`;
	await writeFile(
		join(root, 'bench', 'results.md'),
		`# Results of \`npm run bench\`

${about}. Machine: ${machine}; its load before the run was ${load.toFixed(1)}.

${table}
`,
	);
	await writeFile(
		join(root, 'bench', 'results.svg'),
		chartOf(measured, `npm run bench, ${date}, n8n ${versions.n8n}, against the sandbox`),
	);
}
