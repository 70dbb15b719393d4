import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFixture, type Fixture } from '../nodes/fixture.mts';
import { cells, type Cell } from './cells.mts';
import { expectedOutcome, type CellOutcome } from './expected.mts';
import { runCell } from './runCell.mts';

/** A cell and its actual outcome, for `npm run faults`. */
export interface SettingsRow extends Cell {
	/** `named`: tasks whose ID the user can read. */
	outcome?: CellOutcome & { named: number };
	passed: boolean;
}

const rows: SettingsRow[] = [];

afterAll(() => {
	const { SETTINGS_REPORT: file } = process.env;
	if (file === undefined) return;
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, JSON.stringify(rows));
});

const settingsOf = (cell: Cell): string =>
	[
		`Wait For ${cell.waitFor}`,
		cell.context,
		cell.event,
		cell.onError,
		cell.retryOnFail && 'Retry On Fail',
		cell.executeOnce && 'Execute Once',
		cell.alwaysOutputData && 'Always Output Data',
		cell.inMemory && 'files in memory',
		!cell.signed && 'unsigned resume URLs',
	]
		.filter(Boolean)
		.join(', ');

/** Cells that can share one n8n, by how it signs its resume URLs and where it keeps files. */
const groups = [
	{ title: 'n8n 2', signed: true, inMemory: false },
	{ title: 'n8n 2 with files in memory', signed: true, inMemory: true },
	{ title: 'n8n 1', signed: false, inMemory: false },
].map((group) => ({
	...group,
	cells: cells.filter((cell) => cell.signed === group.signed && cell.inMemory === group.inMemory),
}));

describe.each(groups)('$title: no setting loses an image or pays for one twice', (group) => {
	let fixture: Fixture;
	beforeAll(async () => {
		const { inMemory, signed } = group;
		fixture = await createFixture(
			{},
			{ binaryMode: inMemory ? 'default' : 'filesystem', signedResumeUrls: signed },
		);
	});
	afterAll(async () => await fixture.close());

	test.each(group.cells.map((cell) => [settingsOf(cell), cell] as const))(
		'%s',
		async (_title, cell) => {
			const row: SettingsRow = { ...cell, passed: false };
			rows.push(row);
			const { outcome, tasks, text, isPaired } = await runCell(fixture, cell);
			const named = tasks.filter(({ id }) => text.includes(id)).length;
			row.outcome = { ...outcome, named };
			expect(outcome).toEqual(expectedOutcome(cell));
			expect(isPaired).toBe(true);
			for (const { id, refunded } of tasks) if (refunded === 0) expect(text).toContain(id);
			const paid = tasks.filter(({ refunded }) => refunded === 0).map(({ prompt }) => prompt);
			expect(new Set(paid).size).toBe(paid.length);
			row.passed = true;
		},
	);
});
