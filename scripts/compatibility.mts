// Updates docs/test-log.md from the reports of the last test runs, .reports/compatibility-*.json.
// A section without a new report is kept.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../host/paths.mts';
import type { CompatibilityReport, ReportRow } from '../test/e2e/reportedTest.mts';

const page = join(root, 'docs', 'test-log.md');
const reports = join(root, '.reports');
const marker = /^<!-- part (\d+) ([\w.-]+) -->$/m;

const head = `# Test log

Written by \`npm run test:e2e\` and \`npm run test:queue\`: each row is a test, and the second column is what that test
observed. The service is always this project's sandbox.
`;

interface Section {
	order: number;
	name: string;
	text: string;
}

/** Updates the page and returns a message about it. */
export async function composeCompatibility(): Promise<string> {
	const sections = new Map<string, Section>();
	for (const section of [...(await sectionsOfPage()), ...(await sectionsOfReports())])
		sections.set(section.name, section);
	const all = [...sections.values()].sort((a, b) => a.order - b.order);
	const body = all.map(
		({ order, name, text }) => `<!-- part ${order} ${name} -->\n\n${text.trim()}\n`,
	);
	await writeFile(page, [head, ...body].join('\n'));
	return `docs/test-log.md was updated; its sections: ${all.map(({ name }) => name).join(', ')}.`;
}

async function sectionsOfPage(): Promise<Section[]> {
	if (!existsSync(page)) return [];
	const [, ...parts] = (await readFile(page, 'utf8')).split(marker);
	const sections: Section[] = [];
	for (let at = 0; at + 2 < parts.length; at += 3)
		sections.push({
			order: Number(parts[at]),
			name: String(parts[at + 1]),
			text: String(parts[at + 2]),
		});
	return sections;
}

async function sectionsOfReports(): Promise<Section[]> {
	const files = existsSync(reports) ? await readdir(reports) : [];
	const sections: Section[] = [];
	for (const file of files) {
		const [, name] = /^compatibility-(.+)\.json$/.exec(file) ?? [];
		if (name === undefined) continue;
		const report = JSON.parse(await readFile(join(reports, file), 'utf8')) as CompatibilityReport;
		sections.push({ order: report.order, name, text: textOf(report) });
	}
	return sections;
}

function textOf({ title, environment, rows }: CompatibilityReport): string {
	const passed = rows.filter((row) => row.passed).length;
	return [
		`## ${title}`,
		Object.entries(environment)
			.map(([what, value]) => `- **${what}:** ${value}`)
			.join('\n'),
		`| Test | Result | Seconds |\n| --- | --- | ---: |\n${rows.map(lineOf).join('\n')}`,
		`${passed} of ${rows.length} passed.`,
	].join('\n\n');
}

const lineOf = ({ name, result, passed, seconds }: ReportRow): string =>
	`| ${[name, `${passed ? '' : '**Failed:** '}${result}`, String(seconds)]
		.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;'))
		.join(' | ')} |`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
	console.log(await composeCompatibility());
