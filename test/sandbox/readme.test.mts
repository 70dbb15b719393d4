import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FAULTS } from '../../sandbox/faults.mts';

test('the README lists every fault, in the words of the table', () => {
	const readme = readFileSync(path.resolve('sandbox/README.md'), 'utf8');
	const rows = [...readme.matchAll(/^\| `(\[.+?\])` +\| (×?) +\| (.+?) +\|$/gm)];
	expect(
		rows.map(([, kind, perAttempt, description]) => `${kind} ${perAttempt} ${description}`),
	).toEqual(
		FAULTS.map(
			({ target, kind, perAttempt, description }) =>
				`[${target}: ${kind}] ${perAttempt ? '×' : ''} ${description}`,
		),
	);
});
