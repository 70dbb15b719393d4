// Composes docs/compatibility.md of what the runs have left in .reports/compatibility-*.json. A part
// of which there is no new run stays as it stands on the page.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../host/places.mts';
import type { CompatibilityPart, TriedRow } from '../test/e2e/tried.mts';

const page = join(root, 'docs', 'compatibility.md');
const reports = join(root, '.reports');
const marker = /^<!-- part (\d+) ([\w.-]+) -->$/m;

const head = `# Where it was tried

Written by the runs themselves (\`npm run test:e2e\` and \`npm run test:queue\`): each line is a test, and the middle column is what that
test really saw. The service is always the sandbox of this project.
`;

interface Section {
	order: number;
	name: string;
	text: string;
}

/** Rewrites the page and returns a sentence about it. */
export async function composeCompatibility(): Promise<string> {
	const sections = new Map<string, Section>();
	for (const section of [...(await onThePage()), ...(await ofTheRuns())])
		sections.set(section.name, section);
	const all = [...sections.values()].sort((a, b) => a.order - b.order);
	const body = all.map(
		({ order, name, text }) => `<!-- part ${order} ${name} -->\n\n${text.trim()}\n`,
	);
	await writeFile(page, [head, ...body].join('\n'));
	return `docs/compatibility.md is written, of ${all.map(({ name }) => name).join(', ')}.`;
}

async function onThePage(): Promise<Section[]> {
	if (!existsSync(page)) return [];
	const [, ...pieces] = (await readFile(page, 'utf8')).split(marker);
	const sections: Section[] = [];
	for (let at = 0; at + 2 < pieces.length; at += 3)
		sections.push({
			order: Number(pieces[at]),
			name: String(pieces[at + 1]),
			text: String(pieces[at + 2]),
		});
	return sections;
}

async function ofTheRuns(): Promise<Section[]> {
	const files = existsSync(reports) ? await readdir(reports) : [];
	const sections: Section[] = [];
	for (const file of files) {
		const [, name] = /^compatibility-(.+)\.json$/.exec(file) ?? [];
		if (name === undefined) continue;
		const part = JSON.parse(await readFile(join(reports, file), 'utf8')) as CompatibilityPart;
		sections.push({ order: part.order, name, text: textOf(part) });
	}
	return sections;
}

function textOf({ title, setting, rows }: CompatibilityPart): string {
	const passed = rows.filter((row) => row.passed).length;
	return [
		`## ${title}`,
		Object.entries(setting)
			.map(([what, value]) => `- **${what}:** ${value}`)
			.join('\n'),
		`| what was tried | what came out | seconds |\n| --- | --- | ---: |\n${rows.map(lineOf).join('\n')}`,
		`${passed} of ${rows.length} passed.`,
	].join('\n\n');
}

const lineOf = ({ what, came, passed, seconds }: TriedRow): string =>
	`| ${[what, `${passed ? '' : '**Failed:** '}${came}`, String(seconds)]
		.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;'))
		.join(' | ')} |`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
	console.log(await composeCompatibility());
