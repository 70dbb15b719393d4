import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Outcome } from './fault.mts';

/** One fault as it really came out. */
export interface ReportRow {
	chapter: string;
	fault: string;
	/** Missing where it did not even come to an end. */
	seen?: Outcome;
	passed: boolean;
}

/** What came of the faults, for `npm run faults`. */
export class Report {
	private readonly rows: ReportRow[] = [];

	/** A row that counts as failed until somebody says otherwise. */
	begin(chapter: string, fault: string): ReportRow {
		const row = { chapter, fault, passed: false };
		this.rows.push(row);
		return row;
	}

	/** Written only where somebody asks for it. */
	write(): void {
		const { FAULTS_REPORT: file } = process.env;
		if (file === undefined) return;
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, JSON.stringify(this.rows));
	}
}
