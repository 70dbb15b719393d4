import type { Finding } from './findings.mts';

/** The findings as a Markdown table, its columns aligned so that it reads well in a terminal too. */
export function tableOf(findings: readonly Finding[]): string {
	const head = ['', 'What', 'Measured', 'Target', ''];
	const rows = findings.map(({ row, what, measured, target }) => [
		row,
		what,
		measured,
		target?.words ?? '',
		target === undefined ? '' : target.isMet ? 'met' : 'missed',
	]);
	const widths = head.map((_, column) =>
		Math.max(...[head, ...rows].map((cells) => [...(cells[column] ?? '')].length)),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const rule = `| ${widths.map((width) => '-'.repeat(Math.max(3, width))).join(' | ')} |`;
	return [line(head), rule, ...rows.map(line)].join('\n');
}
