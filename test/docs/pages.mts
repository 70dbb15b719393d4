import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Every page for users and contributors. The test log is written by test runs. */
export const PAGES: readonly string[] = [
	'README.md',
	'CHANGELOG.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
	'examples/README.md',
	'sandbox/README.md',
	...readdirSync('docs')
		.filter((file) => file.endsWith('.md') && file !== 'test-log.md')
		.map((file) => `docs/${file}`),
];

export const read = (page: string): string => readFileSync(page, 'utf8');

/** Text as a reader sees it: without line breaks, comments, markup and padding. */
export const plain = (text: string): string =>
	text
		.replace(/<!--.*?-->/gs, '')
		.replace(/\*\*|`|\\/g, '')
		.replace(/(?<!\w)_|_(?!\w)/g, '')
		.replace(/\s+/g, ' ')
		.trim();

/** A page without its code blocks, in which lines with `#` or `|` mean something else. */
const withoutCode = (page: string): string => read(page).replace(/^```.*?^```$/gms, '');

/** The part of a page under a heading, up to the next one of the same or a higher level. */
export function section(page: string, heading: string): string {
	const lines = withoutCode(page).split('\n');
	const start = lines.indexOf(heading);
	if (start < 0) throw new Error(`${page} has no heading "${heading}"`);
	const level = heading.indexOf(' ');
	const length = lines.slice(start + 1).findIndex((line) => {
		const hashes = /^(#+) /.exec(line)?.[1]?.length ?? Number.POSITIVE_INFINITY;
		return hashes <= level;
	});
	return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

const isRow = (line: string | undefined): line is string => /^\|.*\|$/.test(line ?? '');
const isRule = (line: string | undefined): boolean => /^\|[-| :]+\|$/.test(line ?? '');

/** The rows of all tables in a text, without their heads; cells as a reader sees them. */
export function tableRows(text: string): string[][] {
	const lines = text.split('\n');
	return lines
		.filter((line, index) => isRow(line) && !isRule(line) && !isRule(lines[index + 1]))
		.map((line) => line.slice(1, -1).split('|').map(plain));
}

/** The number of columns of each table of a page. */
export const tableWidths = (page: string): number[] =>
	withoutCode(page)
		.split('\n')
		.filter(isRule)
		.map((rule) => rule.split('|').length - 2);

/** The code blocks of a page in one language. */
export const codeBlocks = (page: string, language: string): string[] =>
	[...read(page).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(
		([, code = '']) => code,
	);

/** The address that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replaceAll(' ', '-');

const anchorsOf = (page: string): string[] =>
	[...withoutCode(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
		anchorOf(plain(heading)),
	);

/** The files and headings of this repository that a page links to. */
const linksOf = (page: string): string[] =>
	[...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, link = '']) => link)
		.filter((link) => !/^[a-z]+:/.test(link));

/** The files that a page links to, as paths from the root. */
export const linkedFiles = (page: string): string[] =>
	linksOf(page)
		.filter((link) => !link.startsWith('#'))
		.map((link) => normalize(join(dirname(page), link.split('#')[0] ?? '')));

/** Links of a page that lead into this repository and find nothing there. */
export const brokenLinks = (page: string): string[] =>
	linksOf(page).filter((link) => {
		const [path = '', anchor] = link.split('#');
		const target = path === '' ? page : normalize(join(dirname(page), path));
		if (!existsSync(target)) return true;
		return anchor !== undefined && !anchorsOf(target).includes(anchor);
	});
