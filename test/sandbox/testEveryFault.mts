import type { FaultTarget } from '../../sandbox/faults.mts';
import { FAULTS } from '../../sandbox/faults.mts';

/** One test for each fault of a target, and one that every fault of the table has its test. */
export function testEveryFault(
	target: FaultTarget,
	checks: Record<string, () => Promise<void>>,
): void {
	test.each(Object.entries(checks))(`[${target}: %s]`, async (_kind, check) => await check());

	test(`every fault of [${target}: …] has its test`, () => {
		const kinds = FAULTS.filter((fault) => fault.target === target).map(({ kind }) => kind);
		expect(Object.keys(checks)).toEqual(expect.arrayContaining(kinds));
	});
}
