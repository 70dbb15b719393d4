import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../../host/paths.mts';

/** One test of a run, and what it really observed. */
export interface ReportRow {
	name: string;
	result: string;
	passed: boolean;
	seconds: number;
}

/** One section of docs/test-log.md; scripts/compatibility.mts composes the page. */
export interface CompatibilityReport {
	/** The position of the section on the page. */
	order: number;
	title: string;
	/** What the tests ran on: n8n, database, binary mode. */
	environment: Record<string, string>;
	rows: ReportRow[];
}

/** Where test runs write their reports and screenshots (git-ignored). */
export const reportsFolder = join(root, '.reports');

const rows: ReportRow[] = [];

/**
 * A test that also adds a row to the compatibility report.
 *
 * @param run returns the result as text for the report.
 */
export function reportedTest(name: string, run: () => Promise<string>, timeoutMs = 180_000): void {
	test(
		name,
		async () => {
			const row: ReportRow = { name, result: 'it did not end', passed: false, seconds: 0 };
			rows.push(row);
			const started = Date.now();
			try {
				row.result = await run();
				row.passed = true;
			} catch (error) {
				row.result = error instanceof Error ? firstLine(error.message) : String(error);
				throw error;
			} finally {
				row.seconds = Math.round((Date.now() - started) / 1000);
				// Jest prints nothing until a test file has ended, which takes minutes.
				process.stderr.write(
					`  ${testFileName()} ${row.passed ? '✓' : '✕'} ${name} (${row.seconds} s): ${row.result}\n`,
				);
			}
		},
		timeoutMs,
	);
}

const testFileName = (): string => basename(expect.getState().testPath ?? '', '.test.mts');

/** Writes the rows of this test file to `.reports/compatibility-<name>.json`. */
export function writeReport(name: string, report: Omit<CompatibilityReport, 'rows'>): void {
	mkdirSync(reportsFolder, { recursive: true });
	const complete: CompatibilityReport = { ...report, rows };
	writeFileSync(
		join(reportsFolder, `compatibility-${name}.json`),
		JSON.stringify(complete, null, '\t'),
	);
}

const firstLine = (text: string): string =>
	(stripVTControlCharacters(text).split('\n')[0] ?? '').trim();
