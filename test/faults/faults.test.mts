import { parseFaultTags } from '../../sandbox/faultTags.mts';
import { KEY } from '../nodes/fixture.mts';
import type { Result } from '../engine/result.mts';
import type { Fault } from './fault.mts';
import { matrix } from './matrix.mts';
import { Report } from './report.mts';
import { Scenario, visibleText } from './scenario.mts';

/** Part of the key must not leak either. */
const PART_OF_KEY = KEY.slice(0, 12);

const report = new Report();

/** Checks what must hold whatever goes wrong. */
function checkInvariants(scenario: Scenario, results: Result[]): void {
	const { sandbox } = scenario.fixture;
	for (const { authorization } of scenario.requests('image')) expect(authorization).toBeUndefined();
	for (const { headers, body } of scenario.otherHost.requests) {
		expect(headers.authorization).toBeUndefined();
		expect(JSON.stringify([headers, body])).not.toContain(PART_OF_KEY);
	}
	for (const { stored, items, error, hints, logs, context } of results)
		expect(
			[stored, JSON.stringify([items, hints, logs, context, error]), String(error?.stack)].join(),
		).not.toContain(PART_OF_KEY);

	// For every charge the user can read the task's ID, or that it may have been charged.
	const text = results.map(visibleText).join('\n');
	for (const task of sandbox.tasks.values()) {
		if (text.includes(task.id) || task.refunded > 0) continue;
		expect(text).toMatch(/may have been charged/);
		expect(text).toContain(task.prompt.slice(0, 60));
	}
}

afterAll(() => report.write());

describe.each(matrix)('$title', ({ title, faults }) => {
	test.each(faults)('$title', async (fault: Fault) => {
		const row = report.addRow(title, fault.title);
		const scenario = await Scenario.open(fault);
		try {
			const results = await (fault.act?.(scenario) ?? scenario.start().then((result) => [result]));
			row.outcome = scenario.outcome(results);
			const text = results.map(visibleText).join('\n');
			expect({ ...row.outcome, text }).toEqual({ ...fault.outcome, text });
			for (const words of fault.shows ?? []) expect(text).toMatch(words);
			for (const words of fault.neverShows ?? []) expect(text).not.toMatch(words);
			fault.check?.(scenario, results);
			checkInvariants(scenario, results);
			row.passed = true;
		} finally {
			await scenario.close();
		}
	});
});

test('the sandbox knows every fault tag of the matrix', () => {
	for (const prompt of matrix.flatMap(({ faults }) => faults.flatMap(({ prompts }) => prompts)))
		expect(parseFaultTags(prompt)).toHaveLength(prompt.split('[').length - 1);
});

test('the matrix has at least 40 faults, with different titles', () => {
	const titles = matrix.flatMap(({ faults }) => faults.map(({ title }) => title));
	expect(titles.length).toBeGreaterThanOrEqual(40);
	expect(new Set(titles).size).toBe(titles.length);
});
