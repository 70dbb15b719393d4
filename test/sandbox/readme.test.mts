import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TROUBLES } from '../../sandbox/troubles.mts';

test('the README lists every trouble, in the words of the table', () => {
	const readme = readFileSync(path.resolve('sandbox/README.md'), 'utf8');
	const rows = [...readme.matchAll(/^\| `(\[.+?\])` +\| (×?) +\| (.+?) +\|$/gm)];
	expect(rows.map(([, words, turns, tells]) => `${words} ${turns} ${tells}`)).toEqual(
		TROUBLES.map(
			({ where, words, takesTurns, tells }) =>
				`[${where}: ${words}] ${takesTurns ? '×' : ''} ${tells}`,
		),
	);
});
