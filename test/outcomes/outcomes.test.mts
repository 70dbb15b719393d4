import { resetAccounts } from '../../nodes/Flux2/transport/account';
import { createFixture, KEY, type Fixture } from '../nodes/fixture.mts';
import { errorCodesInItems } from './errorCodes.mts';
import { ON_ERROR, outcomeOf, type OutcomeRow } from './outcome.mts';
import { addRow, writeReport } from './report.mts';
import { createdRows, unclearRows } from './rows/created.mts';
import { getTaskRows } from './rows/getTask.mts';
import { refusedRows } from './rows/refused.mts';
import { runRow, type Operation } from './runRow.mts';

const PRICE = 5;

const generateRows = [...refusedRows, ...unclearRows, ...createdRows];
/** The same, where the run is over once the tasks exist. */
const nothingRows = [...refusedRows, ...unclearRows].map((row) => ({
	...row,
	run: { ...row.run, parameters: { ...row.run?.parameters, waitFor: 'nothing' } },
}));
const GROUPS: Array<[title: string, operation: Operation, rows: OutcomeRow[]]> = [
	['Generate Image', 'generate', generateRows],
	['Generate Image, Wait For: Nothing', 'generate', nothingRows],
	['Edit Image', 'edit', generateRows],
	['Get Task', 'getTask', getTaskRows],
];

let fixture: Fixture;
beforeAll(async () => (fixture = await createFixture()));
afterAll(async () => await fixture.close());
// No row knows what another one has learned of the service, or spent.
beforeEach(resetAccounts);
afterAll(() => writeReport('1-polling'));

describe.each(GROUPS)('%s', (group, operation, rows) => {
	const cases = rows.flatMap((row) => ON_ERROR.map((onError) => ({ ...row, onError })));
	test.each(cases)('$title, $onError', async ({ onError, ...row }) => {
		const report = addRow(group, row.title, onError);
		const { result, item, output, creates, credits } = await runRow(
			fixture,
			operation,
			row,
			onError,
		);
		const outcome = outcomeOf(item);
		Object.assign(report, { outcome, creates, credits });
		expect({ ...outcome, creates }).toEqual({ ...row.expected, creates: row.creates });

		const isFailure = item.json.error !== undefined;
		expect(isFailure).toBe(outcome.errorCode !== undefined);
		expect(output).toBe(isFailure && onError === 'continueErrorOutput' ? 1 : 0);
		// What the item says of the money is true.
		if (outcome.charged === 'no') expect(credits).toBe(0);
		if (outcome.status === 'failed') expect(credits).toBe(0);
		if (outcome.charged === 'yes') expect(credits).toBe(PRICE);
		if (outcome.taskId && row.prompt !== '')
			expect(fixture.sandbox.tasks.has(String(item.json.taskId))).toBe(true);
		expect(result.stored).not.toContain(KEY);
		report.passed = true;
	});
});

test('every error code that an item can show has a row', () => {
	const rows = GROUPS.flatMap(([, , all]) => all);
	const codes = new Set(rows.flatMap(({ expected }) => expected.errorCode ?? []));
	expect([...codes].sort()).toEqual([...errorCodesInItems].sort());
});
