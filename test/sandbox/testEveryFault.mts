import type { FaultTarget } from '../../sandbox/faults.mts';
import { FAULTS } from '../../sandbox/faults.mts';

/**
 * One test for each fault of a target, and one that every fault of the table has its test.
 *
 * @param part of the table, where the tests of a target are in several files.
 */
export function testEveryFault(
	target: FaultTarget,
	checks: Record<string, () => Promise<void>>,
	part?: ReadonlyArray<{ kinds: object }>,
): void {
	test.each(Object.entries(checks))(`[${target}: %s]`, async (_kind, check) => await check());

	test(`every fault of [${target}: …] has its test`, () => {
		const all = FAULTS.filter((fault) => fault.target === target).map(({ kind }) => kind);
		const kinds = part?.flatMap((group) => Object.keys(group.kinds)) ?? all;
		expect(all).toEqual(expect.arrayContaining(kinds));
		expect(Object.keys(checks)).toEqual(expect.arrayContaining(kinds));
	});
}
