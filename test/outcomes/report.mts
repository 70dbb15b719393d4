import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ItemOutcome } from './outcome.mts';

/** How an item ended, as it was observed. */
export interface OutcomeReportRow {
	/** Of the node, such as its operation. */
	group: string;
	title: string;
	/** How the node continues after a failure. */
	onError: string;
	/** `{error}` where n8n replaces the item's JSON by its error. Missing where it did not even end. */
	outcome?: ItemOutcome | '{error}';
	creates?: number;
	/** Charged, minus refunded. */
	credits?: number;
	passed: boolean;
}

const rows: OutcomeReportRow[] = [];

/** Adds a row, which counts as failed until `passed` is set. */
export function addRow(group: string, title: string, onError: string): OutcomeReportRow {
	const row = { group, title, onError, passed: false };
	rows.push(row);
	return row;
}

/** Writes the rows of this test file to the folder `OUTCOMES_REPORT`, if that is set. */
export function writeReport(name: string): void {
	const { OUTCOMES_REPORT: folder } = process.env;
	if (folder === undefined) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, `${name}.json`), JSON.stringify(rows));
}
