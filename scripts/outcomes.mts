// `npm run outcomes`: runs every way in which an item can end (test/outcomes) in n8n's engine, and prints
// what a workflow can branch on, as it was observed. The table is also written to .reports/outcomes.md.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { root } from '../host/paths.mts';
import type { OutcomeReportRow } from '../test/outcomes/report.mts';
import { runJest } from './jest.mts';

const HEADER = [
	'How the item ends',
	'On Error',
	'status',
	'errorCode',
	'charged',
	'taskId',
	'Create requests',
	'Credits',
	'Result',
];
const ON_ERROR = new Map([
	['continueRegularOutput', 'Continue'],
	['continueErrorOutput', 'Continue (using error output)'],
]);

const reports = join(root, '.reports');
const folder = join(reports, 'outcomes');
const logFile = join(reports, 'outcomes.log');

await mkdir(reports, { recursive: true });
await rm(folder, { recursive: true, force: true });
const env = { OUTCOMES_REPORT: folder };
const exitCode = await runJest('outcomes-jest', ['test/outcomes'], { env, logFile });
const rows = await readRows();
const failed = rows.filter(({ passed }) => !passed).length;
const table = markdownTable([HEADER, ...linesOf(rows)]);
const summary = `${rows.length} outcomes, ${rows.length - failed} as required, ${failed} not.`;
await writeFile(join(reports, 'outcomes.md'), `${table}\n\n${summary}\n`);
console.log(`${table}\n\n${summary}\n`);
const isComplete = exitCode === 0 && rows.length > 0 && failed === 0;
if (!isComplete) console.error(await readFile(logFile, 'utf8'));
process.exit(isComplete ? 0 : 1);

/** The rows of all test files, in the order of the files' names. */
async function readRows(): Promise<OutcomeReportRow[]> {
	const files = (await readdir(folder).catch(() => [])).sort();
	const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
	return texts.flatMap((text) => JSON.parse(text) as OutcomeReportRow[]);
}

/** A line for each row; one for both settings of On Error where the item ends the same way. */
function linesOf(all: readonly OutcomeReportRow[]): string[][] {
	const lines = new Map<string, { onErrors: string[]; group: string; cells: string[][] }>();
	for (const row of all) {
		const [title = '', ...rest] = cellsOf(row);
		const key = JSON.stringify([row.group, title, rest]);
		const line = lines.get(key) ?? { group: row.group, onErrors: [], cells: [[title], rest] };
		line.onErrors.push(ON_ERROR.get(row.onError) ?? '');
		lines.set(key, line);
	}
	const list = [...lines.values()];
	return list.flatMap(({ group, onErrors, cells: [title = [], rest = []] }, index) => [
		...(group === list[index - 1]?.group ? [] : [[`**${group}**`]]),
		[...title, onErrors.length > 1 ? 'both' : String(onErrors[0]), ...rest],
	]);
}

/** All cells of a row but On Error. */
function cellsOf({ title, outcome, creates, credits, passed }: OutcomeReportRow): string[] {
	const item =
		typeof outcome === 'object'
			? [outcome.status, outcome.errorCode ?? '', outcome.charged, outcome.taskId ? 'yes' : 'no']
			: [outcome === undefined ? 'it did not end' : 'n8n keeps only `error`', '', '', ''];
	const result = passed ? 'passed' : '**FAILED**';
	return [title, ...item, String(creates ?? ''), String(credits ?? ''), result];
}
