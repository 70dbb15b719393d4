import type { INodeExecutionData, OnError } from 'n8n-workflow';
import { resetAccounts } from '../../nodes/Flux2/transport/account';
import { createFixture, type Fixture } from '../nodes/fixture.mts';
import { ON_ERROR, outcomeOf, type OutcomeRow } from './outcome.mts';
import { addRow, writeReport } from './report.mts';
import { toolRows } from './rows/tool.mts';
import { triggerRows } from './rows/trigger.mts';
import { waitingRows } from './rows/waiting.mts';
import { runRow } from './runRow.mts';
import { watchService, type ServiceSide } from './serviceSide.mts';

const PRICE = 5;

let fixture: Fixture;
beforeAll(async () => (fixture = await createFixture()));
afterAll(async () => await fixture.close());
// No row knows what another one has learned of the service, or spent.
beforeEach(resetAccounts);
afterAll(() => writeReport('2-others'));

/** The item ends as the row says, and what it says of the money is true. */
function expectOutcome(group: string, row: OutcomeRow, onError: string) {
	const report = addRow(group, row.title, onError);
	return (item: INodeExecutionData, { creates, credits }: ServiceSide): void => {
		const outcome = outcomeOf(item);
		Object.assign(report, { outcome, creates, credits });
		expect({ ...outcome, creates }).toEqual({ ...row.expected, creates: row.creates });
		if (outcome.charged === 'no' || outcome.status === 'failed') expect(credits).toBe(0);
		if (outcome.charged === 'yes') expect(credits).toBe(PRICE);
		report.passed = true;
	};
}

describe('A waiting execution', () => {
	const group = 'Wait For: Callback, beside another image';
	const run = async (row: OutcomeRow, onError: OnError) => {
		const waiting = { ...row, run: { parameters: { waitFor: 'callback' } } };
		return await runRow(fixture, 'generate', waiting, onError, ['A blue owl']);
	};

	test.each(waitingRows)('$title, continueRegularOutput', async (row) => {
		const onError = 'continueRegularOutput';
		const check = expectOutcome(group, row, onError);
		const { item, output, ...side } = await run(row, onError);
		expect(output).toBe(0);
		check(item, side);
	});

	const errorRows = waitingRows.filter(({ expected }) => expected.errorCode !== undefined);
	const otherRows = waitingRows.filter(({ expected }) => expected.errorCode === undefined);

	test.each(otherRows)('$title, continueErrorOutput', async (row) => {
		const onError = 'continueErrorOutput';
		const check = expectOutcome(group, row, onError);
		const { item, output, ...side } = await run(row, onError);
		expect(output).toBe(0);
		check(item, side);
	});

	test.each(errorRows)(
		'$title, continueErrorOutput: n8n replaces the item by its error',
		async (row) => {
			const onError = 'continueErrorOutput';
			const report = addRow(group, row.title, onError);
			const { item, output, creates, credits } = await run(row, onError);
			Object.assign(report, { outcome: '{error}', creates, credits });
			expect(output).toBe(1);
			expect(item.json).toEqual({ error: expect.any(String) });
			const { charged, taskId } = row.expected;
			const text = String(item.json.error);
			expect(text).toMatch(
				charged === 'no' ? /Nothing was charged/ : /may have been charged|should be free/,
			);
			expect(/\(task n41\w+\)/.test(text)).toBe(taskId);
			expect(creates).toBe(row.creates);
			if (charged === 'no') expect(credits).toBe(0);
			report.passed = true;
		},
	);
});

describe('An execution that would wait, but has nothing to wait for', () => {
	const rows = waitingRows.filter(({ title }) => /rejected|then reset|502/.test(title));
	const cases = rows.flatMap((row) => ON_ERROR.map((onError) => ({ ...row, onError })));
	test.each(cases)('$title, $onError', async ({ onError, ...row }) => {
		const check = expectOutcome('Wait For: Callback, alone', row, onError);
		const alone = { ...row, act: undefined, run: { parameters: { waitFor: 'callback' } } };
		const { item, output, ...side } = await runRow(fixture, 'generate', alone, onError);
		expect(output).toBe(onError === 'continueErrorOutput' ? 1 : 0);
		check(item, side);
	});
});

test.each(triggerRows)('A trigger: $title', async (row) => {
	const check = expectOutcome('Flux 2 Trigger', row, '');
	const trigger = fixture.engine.trigger({ type: 'n8n-nodes-flux2.flux2Trigger' });
	const side = watchService(fixture);
	await fixture.generate([row.prompt], {
		parameters: { waitFor: 'nothing', callbackUrl: trigger.url },
	});
	await fixture.clock.sleep(60_000);
	await fixture.callbacksHandled();
	const [result, ...more] = await trigger.results();
	expect(more).toEqual([]);
	expect(result?.items).toHaveLength(1);
	check(result!.items[0]!, side(row.prompt));
});

/** What the agent receives of the tool. */
async function callTool(
	{ prompt, run }: OutcomeRow,
	invokedBy: 'engine' | 'agent',
	onError?: OnError,
): Promise<INodeExecutionData['json'][]> {
	const result = await fixture.engine.run({
		parameters: { prompt: "={{ $fromAI('prompt') }}", ...run?.parameters },
		asTool: { input: { prompt }, invokedBy },
		...(onError && { onError }),
	});
	return result.itemsOf('Agent')[0]?.json.answer as INodeExecutionData['json'][];
}

describe.each(['engine', 'agent'] as const)('An AI tool, invoked by the %s', (invokedBy) => {
	test.each(toolRows)('$title', async (row) => {
		const check = expectOutcome(`AI tool, invoked by the ${invokedBy}`, row, '');
		const side = watchService(fixture);
		const answer = await callTool(row, invokedBy);
		expect(answer).toHaveLength(1);
		check({ json: answer[0]! }, side(row.prompt));
	});
});

test('An AI tool with an error output generates nothing: n8n would not hand the image to the agent', async () => {
	const side = watchService(fixture);
	const answer = await callTool(toolRows[0]!, 'engine', 'continueErrorOutput');
	expect(answer ?? []).toEqual([]);
	expect(side(toolRows[0]!.prompt)).toEqual({ creates: 0, credits: 0 });
});
