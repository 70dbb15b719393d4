// `npm run faults`: plays every fault of test/faults in n8n's engine and prints what came of each, as
// it was really seen. The table is also written to .reports/faults.md.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../host/places.mts';
import type { ReportRow } from '../test/faults/report.mts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const reports = join(root, '.reports');
const rawReport = join(reports, 'faults.json');

await mkdir(reports, { recursive: true });
await rm(rawReport, { force: true });
const { code, output } = await run([jest, 'test/faults', ...process.argv.slice(2)]);
const text = await readFile(rawReport, 'utf8').catch(() => '[]');
const rows = JSON.parse(text) as ReportRow[];

const table = [
	'| What goes wrong | Orders sent | Taken | Credits | Tasks named | What the user gets | Result |',
	'| --- | ---: | ---: | ---: | ---: | --- | --- |',
	...rows.flatMap((row, index) => [
		...(row.chapter === rows[index - 1]?.chapter ? [] : [`| **${row.chapter}** | | | | | | |`]),
		line(row),
	]),
].join('\n');

const passed = rows.filter((row) => row.passed).length;
const sum = `${rows.length} faults, ${passed} as they have to come out, ${rows.length - passed} not.`;
await writeFile(join(reports, 'faults.md'), `${table}\n\n${sum}\n`);
console.log(`${table}\n\n${sum}`);
if (code !== 0 || rows.length === 0) console.error(output);
process.exit(code !== 0 || rows.length === 0 || passed < rows.length ? 1 : 0);

function line({ fault, seen, passed: good }: ReportRow): string {
	const cells = seen
		? [seen.sent, seen.creates, seen.credits, `${seen.named} of ${seen.creates}`, outOf(seen)]
		: ['', '', '', '', 'it did not end'];
	return `| ${[fault.replaceAll('|', '/'), ...cells, good ? 'passed' : '**FAILED**'].join(' | ')} |`;
}

/** Items in words: `2 × image, failed`; without any, how the execution ended. */
function outOf({ out, status }: NonNullable<ReportRow['seen']>): string {
	const counts = new Map<string, number>();
	for (const word of out) counts.set(word, (counts.get(word) ?? 0) + 1);
	const items = [...counts].map(([word, count]) => (count === 1 ? word : `${count} × ${word}`));
	const ends = { error: 'an error', canceled: 'stopped', waiting: 'it waits' };
	return [...items, ...(status in ends ? [ends[status as keyof typeof ends]] : [])].join(', ');
}

function run(args: string[]): Promise<{ code: number; output: string }> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, args, {
			cwd: root,
			env: { ...process.env, FAULTS_REPORT: rawReport },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const chunks: Buffer[] = [];
		child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
		child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
		child.once('error', reject);
		child.once('close', (exit) =>
			resolve({ code: exit ?? 1, output: Buffer.concat(chunks).toString() }),
		);
	});
}
