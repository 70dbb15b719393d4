import { askedFor } from '../../sandbox/askedFor.mts';
import { KEY } from '../nodes/stage.mts';
import type { Result } from '../engine/result.mts';
import type { Fault } from './fault.mts';
import { matrix } from './matrix.mts';
import { Report } from './report.mts';
import { Scene, told } from './scene.mts';

/** A key that was cut short tells a lot, too. */
const PART_OF_KEY = KEY.slice(0, 12);

const report = new Report();

/** What must hold whatever goes wrong. */
function holdsAlways(scene: Scene, results: Result[]): void {
	const { sandbox } = scene.stage;
	for (const { authorization } of scene.requests('image')) expect(authorization).toBeUndefined();
	for (const { headers, body } of scene.elsewhere.strays) {
		expect(headers.authorization).toBeUndefined();
		expect(JSON.stringify([headers, body])).not.toContain(PART_OF_KEY);
	}
	for (const { stored, items, error, hints, logs, context } of results)
		expect(
			[stored, JSON.stringify([items, hints, logs, context, error]), String(error?.stack)].join(),
		).not.toContain(PART_OF_KEY);

	// Whoever paid can either read the task's ID, or is told that it may have been charged.
	const text = results.map(told).join('\n');
	for (const task of sandbox.tasks.values()) {
		if (text.includes(task.id) || task.refunded > 0) continue;
		expect(text).toMatch(/may have been charged|may already have paid/);
		expect(text).toContain(task.prompt.slice(0, 60));
	}
}

afterAll(() => report.write());

describe.each(matrix)('$title', ({ title, faults }) => {
	test.each(faults)('$fault', async (fault: Fault) => {
		const row = report.begin(title, fault.fault);
		const scene = await Scene.open(fault);
		try {
			const results = await (fault.act?.(scene) ?? scene.start().then((result) => [result]));
			row.seen = scene.outcome(results);
			const text = results.map(told).join('\n');
			expect({ ...row.seen, text }).toEqual({ ...fault.outcome, text });
			for (const words of fault.says ?? []) expect(text).toMatch(words);
			for (const words of fault.neverSays ?? []) expect(text).not.toMatch(words);
			fault.also?.(scene, results);
			holdsAlways(scene, results);
			row.passed = true;
		} finally {
			await scene.close();
		}
	});
});

test('the sandbox understands every trouble that the matrix asks for', () => {
	for (const prompt of matrix.flatMap(({ faults }) => faults.flatMap(({ prompts }) => prompts)))
		expect(askedFor(prompt)).toHaveLength(prompt.split('[').length - 1);
});

test('the matrix has at least 40 faults, each said once', () => {
	const names = matrix.flatMap(({ faults }) => faults.map(({ fault }) => fault));
	expect(names.length).toBeGreaterThanOrEqual(40);
	expect(new Set(names).size).toBe(names.length);
});
