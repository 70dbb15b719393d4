// `npm run faults`: runs every fault of test/faults, and every combination of n8n's settings of
// test/settings, in n8n's engine and prints the outcome of each, as it was observed. The tables are also
// written to .reports/faults.md and .reports/settings.md.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../host/paths.mts';
import type { ReportRow } from '../test/faults/report.mts';
import type { SettingsRow } from '../test/settings/settings.test.mts';
import { runJest } from './jest.mts';

const reports = join(root, '.reports');
const rowsFile = join(reports, 'faults.json');
const cellsFile = join(reports, 'settings.json');
const logFile = join(reports, 'faults.log');

await mkdir(reports, { recursive: true });
for (const file of [rowsFile, cellsFile]) await rm(file, { force: true });
const env = { FAULTS_REPORT: rowsFile, SETTINGS_REPORT: cellsFile };
const suites = ['test/faults', 'test/settings'];
const exitCode = await runJest('faults-jest', suites, { env, logFile });
const rows = await readRows<ReportRow>(rowsFile);
const cells = await readRows<SettingsRow>(cellsFile);

await print('faults', rows, 'faults', faultTable(rows));
await print('settings', cells, 'combinations of settings', settingsTable(cells));
const isComplete = exitCode === 0 && rows.length > 0 && cells.length > 0;
if (!isComplete) console.error(await readFile(logFile, 'utf8'));
process.exit(isComplete && [...rows, ...cells].every(({ passed }) => passed) ? 0 : 1);

async function readRows<Row>(file: string): Promise<Row[]> {
	return JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as Row[];
}

async function print(
	name: string,
	all: ReadonlyArray<{ passed: boolean }>,
	what: string,
	table: string,
): Promise<void> {
	const passed = all.filter((row) => row.passed).length;
	const summary = `${all.length} ${what}, ${passed} handled as required, ${all.length - passed} not.`;
	await writeFile(join(reports, `${name}.md`), `${table}\n\n${summary}\n`);
	console.log(`${table}\n\n${summary}\n`);
}

function faultTable(faults: readonly ReportRow[]): string {
	return [
		'| Fault | Create requests | Tasks created | Credits | Tasks named | What the user gets | Result |',
		'| --- | ---: | ---: | ---: | ---: | --- | --- |',
		...faults.flatMap((row, index) => [
			...(row.group === faults[index - 1]?.group ? [] : [`| **${row.group}** | | | | | | |`]),
			line(row),
		]),
	].join('\n');
}

/** One line for all combinations of node settings that have the same outcome. */
function settingsTable(all: readonly SettingsRow[]): string {
	const groups = new Map<string, { cells: number; passed: boolean }>();
	for (const { waitFor, context, event, outcome, passed } of all) {
		const result = outcome
			? [outcome.creates, outcome.tasks, outcome.credits, outcome.named, resultOf(outcome)]
			: ['', '', '', '', 'it did not finish'];
		const key = [waitFor, context, event, ...result].join(' | ');
		const group = groups.get(key) ?? { cells: 0, passed: true };
		groups.set(key, { cells: group.cells + 1, passed: group.passed && passed });
	}
	return [
		'| Wait For | Context | Event | Create requests | Tasks created | Credits | Tasks named | What the user gets | Combinations | Result |',
		'| --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: | --- |',
		...[...groups].map(
			([key, { cells: count, passed }]) =>
				`| ${key} | ${count} | ${passed ? 'passed' : '**FAILED**'} |`,
		),
	].join('\n');
}

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
function resultOf({ items: words, status }: { items: string[]; status: string }): string {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	const items = [...counts].map(([word, count]) => (count === 1 ? word : `${count} × ${word}`));
	const ends = { error: 'an error', canceled: 'stopped', waiting: 'it waits' };
	return [...items, ...(status in ends ? [ends[status as keyof typeof ends]] : [])].join(', ');
}
