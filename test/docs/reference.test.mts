import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { OUTPUT_KEYS } from '../../nodes/Flux2/actions/outputItem.ts';
import { ASPECT_RATIOS, BODY_KEYS } from '../../nodes/Flux2/api/contract.ts';
import { documentedFields, flux2, flux2Trigger, operations } from './fields.mts';
import { codeBlocks, PAGES, plain, read, section, tableRows } from './pages.mts';

const schemaFolder = 'nodes/Flux2/__schema__/v1.0.0';

const fieldsOfSchema = (operation: string): string[] =>
	Object.keys(
		(
			JSON.parse(readFileSync(`${schemaFolder}/${operation}.json`, 'utf8')) as {
				properties: object;
			}
		).properties,
	);

/** The names in the first column of a table. */
const namesIn = (text: string): string[] =>
	tableRows(text).flatMap(([names = '']) => names.split(', '));

describe.each(documentedFields)('$page, "$heading"', ({ page, heading, rows }) => {
	test('documents every field once, with its default', () => {
		const documented = tableRows(section(page, heading)).map(([label, preset]) => [label, preset]);
		// The same markup is removed from both.
		expect(documented.sort()).toEqual(rows.map((row) => row.map(plain)).sort());
	});
});

test('a field is documented on one page only', () => {
	const labels = new Set(documentedFields.flatMap(({ rows }) => rows.map(([label]) => label)));
	const pages = PAGES.filter((page) =>
		tableRows(read(page)).some(([label = '']) => labels.has(label)),
	);
	expect(pages.sort()).toEqual(['README.md', 'docs/reference.md']);
});

test.each([flux2, flux2Trigger])(
	'$displayName: the reference names every value of a list',
	(node) => {
		const rows = tableRows(section('docs/reference.md', `## ${node.displayName}`));
		const lists = node.properties.filter(({ type }) => /^(multiO|o)ptions$/.test(type));
		expect(lists.length).toBeGreaterThan(0);
		const missing = lists.flatMap(({ displayName, name, options = [] }) => {
			const [, , text = ''] = rows.find(([label]) => label === `${displayName} ${name}`) ?? [];
			return options
				.map((option) => ('value' in option ? String(option.value) : ''))
				.filter((value) => !text.includes(value))
				.map((value) => `${name}: ${value}`);
		});
		expect(missing).toEqual([]);
	},
);

test('the README lists every operation, and the trigger', () => {
	const rows = tableRows(section('README.md', '## Operations'));
	expect(rows.map(([name = '']) => name.replace(' (a node)', '')).sort()).toEqual(
		[...operations.map(({ name }) => name), flux2Trigger.displayName].sort(),
	);
});

test('the reference documents every output field once', () => {
	const output = section('docs/reference.md', '## Output');
	const [items = '', estimate = ''] = output.split('**Estimate Cost**');
	expect(namesIn(items).sort()).toEqual([...OUTPUT_KEYS].sort());
	expect(namesIn(estimate).sort()).toEqual(fieldsOfSchema('estimate').sort());
});

test('the example item in the reference has the fields that the editor offers', () => {
	const [example = '{}'] = codeBlocks('docs/reference.md', 'json');
	const item = JSON.parse(example) as Record<string, unknown>;
	expect(Object.keys(item)).toEqual(fieldsOfSchema('generate'));
});

test('every field that the editor offers is documented', () => {
	const documented = namesIn(section('docs/reference.md', '## Output'));
	const schemas = readdirSync(schemaFolder).map((file) => basename(file, '.json'));
	expect(schemas.sort()).toEqual(operations.map(({ value }) => String(value)).sort());
	const offered = new Set(schemas.flatMap(fieldsOfSchema));
	expect([...offered].filter((field) => !documented.includes(field))).toEqual([]);
});

test('the reference names the body fields that cannot be added, and the aspect ratios', () => {
	const page = plain(read('docs/reference.md'));
	expect(page).toContain(`${BODY_KEYS.slice(0, -1).join(', ')}, and ${BODY_KEYS.at(-1)}`);
	expect(page).toContain(`${ASPECT_RATIOS.slice(0, -1).join(', ')}, or ${ASPECT_RATIOS.at(-1)}`);
});
