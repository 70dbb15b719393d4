import { readFileSync } from 'node:fs';
import {
	MAX_REFERENCE_IMAGES,
	MODES,
	PRICE_LIST,
	priceOf,
	PROMPT_LENGTH,
	RESOLUTIONS,
} from '../../nodes/Flux2/api/contract.ts';
import { parseFaultTags } from '../../sandbox/faultTags.mts';
import { matrix } from '../faults/matrix.mts';
import { FIELDS, flux2, flux2Trigger } from './fields.mts';
import { messages } from './messages.mts';
import { brokenLinks, PAGES, plain, read, section, tableRows } from './pages.mts';

/** Made by other runs than this one: the browser's pictures, and the releases that were tried. */
const MADE_ELSEWHERE = [
	'docs/images/panel.png',
	'docs/images/output.png',
	'docs/images/trigger.png',
	'docs/images/error.png',
	'docs/images/gallery.png',
	'docs/compatibility.md',
];

const bare = (text: string): string => text.replace(/^[\s.,;("”]+|[\s.,;("”]+$/g, '');

describe('Fields', () => {
	test.each(FIELDS)('the README says what every field does: %s', (heading, fields) => {
		const rows = tableRows(section('README.md', heading));
		const told = rows.map(([name = '']) => name.replace(/^– /, ''));
		expect([...told].sort()).toEqual(fields.map(({ name }) => name).sort());
	});

	test.each(FIELDS.slice(1))('the README names the right default: %s', (heading, fields) => {
		const rows = tableRows(section('README.md', heading));
		const told = rows.map(([name = '', , preset]) => [name.replace(/^– /, ''), preset]);
		// Markup is gone from both: a task ID in braces is no emphasis.
		const expected = fields.map(({ name, preset }) => [name, plain(preset)]);
		expect(new Map(told as Array<[string, string]>)).toEqual(
			new Map(expected as Array<[string, string]>),
		);
	});

	test('the editor explains every field', () => {
		const silent = FIELDS.flatMap(([, fields]) => fields).filter(
			({ name, description }) => description === '' && !['Operation', 'From'].includes(name),
		);
		expect(silent).toEqual([]);
	});
});

describe('Prices', () => {
	test.each([
		['README.md', '## Credits and limits'],
		['docs/money-and-retries.md', '## What an image costs'],
	])('%s shows the price list', (page, heading) => {
		const rows = tableRows(section(page, heading));
		expect(rows.map((row) => row.map((cell) => cell.replace(' credits', '')))).toEqual(
			MODES.map((mode) => [
				mode === 'pro' ? 'Pro' : 'Flex',
				...RESOLUTIONS.map((resolution) => String(PRICE_LIST[mode][resolution])),
			]),
		);
	});

	test.each(MODES.flatMap((mode) => RESOLUTIONS.map((resolution) => [mode, resolution] as const)))(
		'the editor shows the price of %s %s where both are chosen',
		(mode, resolution) => {
			const notices = flux2.properties.filter(
				({ type, displayOptions }) =>
					type === 'notice' &&
					displayOptions?.show?.mode?.includes(mode) &&
					displayOptions.show.resolution?.includes(resolution),
			);
			expect(notices).toHaveLength(1);
			expect(notices[0]?.displayName).toContain(`${priceOf(mode, resolution)} credits`);
		},
	);

	test('nobody calls flex cheaper or faster: by the price list it is neither', () => {
		const ui = JSON.stringify([flux2, flux2Trigger]);
		const claim = /\bflex\b[^.|\n]{0,80}\b(cheap|fast|less expensive|saves)/i;
		expect(PAGES.filter((page) => claim.test(read(page)))).toEqual([]);
		expect(ui).not.toMatch(claim);
	});
});

describe('Limits', () => {
	const { min, max } = PROMPT_LENGTH;
	const length = `${min} to ${max} characters`;

	test('the length of a prompt is the same in the editor and in the README', () => {
		expect(flux2.properties.find(({ name }) => name === 'prompt')?.description).toContain(length);
		expect(plain(read('README.md')).split(length)).toHaveLength(3);
	});

	test('the number of reference images is the same in the editor and in the README', () => {
		const field = flux2.properties.find(({ name }) => name === 'referenceImages');
		expect(field?.description).toContain(`Up to ${MAX_REFERENCE_IMAGES} images`);
		const readme = plain(read('README.md'));
		expect(readme).toContain(`Up to ${MAX_REFERENCE_IMAGES} images`);
		expect(readme).toContain(`at most ${MAX_REFERENCE_IMAGES} reference images`);
	});
});

describe('Messages', () => {
	const page = plain(read('docs/troubleshooting.md'));

	test('every sentence that a user may read after a run is explained', () => {
		const unexplained = messages('nodes/Flux2').flatMap(({ file, pieces }) =>
			pieces
				.map((piece) => bare(plain(piece)))
				.filter((piece) => !page.includes(piece))
				.map((piece) => `${file}: ${piece}`),
		);
		expect(unexplained).toEqual([]);
	});

	test('the README quotes messages that exist', () => {
		const quoted = tableRows(section('README.md', '## Troubles, by message'));
		const unknown = quoted.flatMap(([message = '']) =>
			message
				.split('…')
				.map(bare)
				.filter((piece) => !page.includes(piece)),
		);
		expect(unknown).toEqual([]);
	});
});

describe('Examples in words', () => {
	test('every fault in the README came out as it says', () => {
		const faults = new Map(
			matrix.flatMap(({ faults }) => faults).map(({ title, outcome }) => [plain(title), outcome]),
		);
		const rows = tableRows(section('README.md', '### What was made to fail'));
		expect(rows.length).toBeGreaterThan(5);
		for (const [fault = '', sent, creates, credits] of rows) {
			const outcome = faults.get(fault);
			expect({ fault, sent, creates, credits }).toEqual({
				fault,
				sent: String(outcome?.createRequests),
				creates: String(outcome?.tasksCreated),
				credits: String(outcome?.credits),
			});
		}
		const counted = Number(/more than (\d+) faults/.exec(read('README.md'))?.[1]);
		expect(faults.size).toBeGreaterThan(counted);
	});

	test('every trouble in the README is one that the sandbox knows', () => {
		const rows = tableRows(section('README.md', '## The sandbox'));
		expect(rows.length).toBeGreaterThan(3);
		expect(rows.filter(([words = '']) => parseFaultTags(words).length !== 1)).toEqual([]);
	});
});

describe('Pages', () => {
	const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		scripts: Record<string, string>;
	};

	test.each(PAGES)('every command in %s exists', (page) => {
		const commands = [...read(page).matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)];
		const missing = commands.map(([, script, own]) => script ?? own ?? '');
		expect(missing.filter((name) => scripts[name] === undefined)).toEqual([]);
	});

	test.each(PAGES)('every link in %s leads somewhere', (page) => {
		expect(brokenLinks(page).filter((link) => !MADE_ELSEWHERE.includes(link))).toEqual([]);
	});

	test('the changelog has the version of the package', () => {
		const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
		expect(read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
	});
});
