import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Outcome } from './fault.mts';

/** A fault and its actual outcome. */
export interface ReportRow {
	group: string;
	title: string;
	/** Missing where it did not even end. */
	outcome?: Outcome;
	passed: boolean;
}

/** The outcomes of all faults, for `npm run faults`. */
export class Report {
	private readonly rows: ReportRow[] = [];

	/** Adds a row, which counts as failed until `passed` is set. */
	addRow(group: string, title: string): ReportRow {
		const row = { group, title, passed: false };
		this.rows.push(row);
		return row;
	}

	/** Writes the report to the file `FAULTS_REPORT`, if that is set. */
	write(): void {
		const { FAULTS_REPORT: file } = process.env;
		if (file === undefined) return;
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, JSON.stringify(this.rows));
	}
}
