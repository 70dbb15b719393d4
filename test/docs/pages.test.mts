import { readFileSync, readdirSync } from 'node:fs';
import { brokenLinks, codeBlocks, linkedFiles, PAGES, read, tableWidths } from './pages.mts';

const { version, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
	version: string;
	scripts: Record<string, string>;
};

/** What npm runs without a script of that name. */
const npmCommands = ['publish'];

test('the README has at most 150 lines', () => {
	expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test.each(['npm start', 'npm test'])('the README shows the command `%s`', (command) => {
	expect(read('README.md')).toContain(`\`${command}\``);
});

test('the README links to every page of docs', () => {
	const pages = PAGES.filter((page) => page.startsWith('docs/'));
	const linked = linkedFiles('README.md');
	expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
});

test.each(PAGES)('every link in %s leads somewhere', (page) => {
	expect(brokenLinks(page)).toEqual([]);
});

/** Commands as a reader would enter them, in code style or in a block of commands. */
const commandsIn = (page: string): string[] => {
	const inline = [...read(page).matchAll(/`(npm [^`]+)`/g)].map(([, command = '']) => command);
	const lines = codeBlocks(page, 'sh').flatMap((block) => block.split('\n'));
	return [...inline, ...lines].flatMap((text) => text.match(/\bnpm (run )?[\w:-]+/g) ?? []);
};

test.each(PAGES)('every npm command in %s exists', (page) => {
	const missing = commandsIn(page).filter((command) => {
		const [, run, name = ''] = /^npm (run )?(.+)$/.exec(command) ?? [];
		return scripts[name] === undefined && (run !== undefined || !npmCommands.includes(name));
	});
	expect(missing).toEqual([]);
});

test('CONTRIBUTING lists every command once', () => {
	const listed = [...read('CONTRIBUTING.md').matchAll(/^\| `npm (?:run )?([\w:-]+)` +\|/gm)];
	const internal = ['prepublishOnly'];
	expect(listed.map(([, name]) => name).sort()).toEqual(
		Object.keys(scripts)
			.filter((name) => !internal.includes(name))
			.sort(),
	);
});

test('CONTRIBUTING names every folder of the repository', () => {
	const folders = readdirSync('.', { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !/^\.|^(dist|node_modules)$/.test(entry.name))
		.map(({ name }) => `${name}/`);
	expect(folders.filter((folder) => !read('CONTRIBUTING.md').includes(folder))).toEqual([]);
});

test.each(PAGES)('no table in %s is too wide to read', (page) => {
	const limit = page === 'examples/README.md' ? 6 : 4;
	expect(tableWidths(page).filter((columns) => columns > limit)).toEqual([]);
});

test('the changelog has the version of the package, and an empty section for the next one', () => {
	expect(read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
	expect(read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]$/m);
});

test('the README states the newest version in the changelog', () => {
	const [, newest] = /^## \[(\d[\d.]*)\]/m.exec(read('CHANGELOG.md')) ?? [];
	expect(read('README.md')).toContain(`**Status: ${newest}`);
	expect(read('README.md')).toContain(`- **${newest}**: `);
});
