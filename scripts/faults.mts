// `npm run faults`: runs every fault of test/faults in n8n's engine and prints the outcome of each, as
// it was observed. The table is also written to .reports/faults.md.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../host/paths.mts';
import type { ReportRow } from '../test/faults/report.mts';
import { runJest } from './jest.mts';

const reports = join(root, '.reports');
const rowsFile = join(reports, 'faults.json');
const logFile = join(reports, 'faults.log');

await mkdir(reports, { recursive: true });
await rm(rowsFile, { force: true });
const env = { FAULTS_REPORT: rowsFile };
const exitCode = await runJest('faults-jest', ['test/faults'], { env, logFile });
const text = await readFile(rowsFile, 'utf8').catch(() => '[]');
const rows = JSON.parse(text) as ReportRow[];

const table = [
	'| Fault | Create requests | Tasks created | Credits | Tasks named | What the user gets | Result |',
	'| --- | ---: | ---: | ---: | ---: | --- | --- |',
	...rows.flatMap((row, index) => [
		...(row.group === rows[index - 1]?.group ? [] : [`| **${row.group}** | | | | | | |`]),
		line(row),
	]),
].join('\n');

const passed = rows.filter((row) => row.passed).length;
const summary = `${rows.length} faults, ${passed} handled as required, ${rows.length - passed} not.`;
await writeFile(join(reports, 'faults.md'), `${table}\n\n${summary}\n`);
console.log(`${table}\n\n${summary}`);
const isComplete = exitCode === 0 && rows.length > 0;
if (!isComplete) console.error(await readFile(logFile, 'utf8'));
process.exit(isComplete && passed === rows.length ? 0 : 1);

function line({ title, outcome, passed: isAsRequired }: ReportRow): string {
	const cells = outcome
		? [
				outcome.createRequests,
				outcome.tasksCreated,
				outcome.credits,
				`${outcome.tasksNamed} of ${outcome.tasksCreated}`,
				resultOf(outcome),
			]
		: ['', '', '', '', 'it did not finish'];
	return `| ${[title.replaceAll('|', '/'), ...cells, isAsRequired ? 'passed' : '**FAILED**'].join(' | ')} |`;
}

/** The items, such as `2 × image, failed`, and how the execution ended unless it succeeded. */
function resultOf({ items: words, status }: NonNullable<ReportRow['outcome']>): string {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	const items = [...counts].map(([word, count]) => (count === 1 ? word : `${count} × ${word}`));
	const ends = { error: 'an error', canceled: 'stopped', waiting: 'it waits' };
	return [...items, ...(status in ends ? [ends[status as keyof typeof ends]] : [])].join(', ');
}
