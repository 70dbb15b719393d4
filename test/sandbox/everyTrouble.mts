import type { Where } from '../../sandbox/troubles.mts';
import { TROUBLES } from '../../sandbox/troubles.mts';

/** One test for each trouble of a place, and one that none was left out. */
export function everyTrouble(where: Where, checks: Record<string, () => Promise<void>>): void {
	test.each(Object.entries(checks))(`[${where}: %s]`, async (_words, check) => await check());

	test(`every trouble of [${where}: …] has its test`, () => {
		const rows = TROUBLES.filter((one) => one.where === where).map((one) => one.words);
		expect(Object.keys(checks)).toEqual(expect.arrayContaining(rows));
	});
}
