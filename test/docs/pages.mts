import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Every page that somebody reads. */
export const PAGES: readonly string[] = [
	'README.md',
	'CHANGELOG.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
	'examples/README.md',
	'sandbox/README.md',
	...readdirSync('docs')
		.filter((file) => file.endsWith('.md'))
		.map((file) => `docs/${file}`),
];

export const read = (page: string): string => readFileSync(page, 'utf8');

/** Text as a reader sees it: line breaks, markup and padding do not count. */
export const plain = (text: string): string =>
	text.replace(/[*_`]/g, '').replace(/\\/g, '').replace(/\s+/g, ' ');

/** The part of a page under a heading, up to the next one of the same or a higher level. */
export function section(page: string, heading: string): string {
	const lines = read(page).split('\n');
	const start = lines.indexOf(heading);
	if (start < 0) throw new Error(`${page} has no heading "${heading}"`);
	const level = heading.indexOf(' ');
	const length = lines.slice(start + 1).findIndex((line) => {
		const hashes = /^(#+) /.exec(line)?.[1]?.length ?? Number.POSITIVE_INFINITY;
		return hashes <= level;
	});
	return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The rows of all tables in a text, without their heads; cells as a reader sees them. */
export function tableRows(text: string): string[][] {
	const lines = text.split('\n');
	const isRow = (line: string | undefined): line is string => /^\|.*\|$/.test(line ?? '');
	return lines
		.filter(
			(line, index) =>
				isRow(line) && !/^\|[-| :]+\|$/.test(line) && !/^\|[-| :]+\|$/.test(lines[index + 1] ?? ''),
		)
		.map((line) =>
			line
				.slice(1, -1)
				.split('|')
				.map((cell) => plain(cell).trim()),
		);
}

/** The address that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replaceAll(' ', '-');

const anchorsOf = (page: string): string[] =>
	[...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(plain(heading)));

/** Links of a page that lead into this repository and find nothing there. */
export function brokenLinks(page: string): string[] {
	const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
	return links.filter((link) => {
		if (/^[a-z]+:/.test(link)) return false;
		const [path = '', anchor] = link.split('#');
		const target = path === '' ? page : normalize(join(dirname(page), path));
		if (!existsSync(target)) return true;
		return anchor !== undefined && !anchorsOf(target).includes(anchor);
	});
}
