import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../../host/places.mts';

/** One thing that was tried, as it really came out. */
export interface TriedRow {
	what: string;
	came: string;
	passed: boolean;
	seconds: number;
}

/** What one run has to say for docs/compatibility.md; scripts/compatibility.mts composes the page. */
export interface CompatibilityPart {
	/** Parts stand on the page in this order. */
	order: number;
	title: string;
	/** What it ran on: n8n, database, binary mode. */
	setting: Record<string, string>;
	rows: TriedRow[];
}

/** The folder of everything that runs leave behind for readers (git-ignored). */
export const reportsFolder = join(root, '.reports');

const rows: TriedRow[] = [];

/**
 * A test whose outcome is also a row of the report.
 *
 * @param work returns what came out, in words.
 */
export function tried(what: string, work: () => Promise<string>, withinMs = 180_000): void {
	test(
		what,
		async () => {
			const row: TriedRow = { what, came: 'it did not end', passed: false, seconds: 0 };
			rows.push(row);
			const started = Date.now();
			try {
				row.came = await work();
				row.passed = true;
			} catch (error) {
				row.came = error instanceof Error ? firstLine(error.message) : String(error);
				throw error;
			} finally {
				row.seconds = Math.round((Date.now() - started) / 1000);
				// Jest itself is silent until a file of tests has ended, which takes minutes.
				process.stderr.write(
					`  ${fileName()} ${row.passed ? '✓' : '✕'} ${what} (${row.seconds} s): ${row.came}\n`,
				);
			}
		},
		withinMs,
	);
}

const fileName = (): string => basename(expect.getState().testPath ?? '', '.test.mts');

/** Writes the rows of this test file to `.reports/compatibility-<name>.json`. */
export function writeTried(name: string, part: Omit<CompatibilityPart, 'rows'>): void {
	mkdirSync(reportsFolder, { recursive: true });
	const whole: CompatibilityPart = { ...part, rows };
	writeFileSync(
		join(reportsFolder, `compatibility-${name}.json`),
		JSON.stringify(whole, null, '\t'),
	);
}

const firstLine = (text: string): string =>
	(stripVTControlCharacters(text).split('\n')[0] ?? '').trim();
