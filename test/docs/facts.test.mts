import { readFileSync } from 'node:fs';
import type { INodeProperties } from 'n8n-workflow';
import versions from '../../host/versions.json' with { type: 'json' };
import {
	MAX_REFERENCE_IMAGES,
	MODES,
	PRICE_LIST,
	priceOf,
	PROMPT_LENGTH,
	REFUSED_CODES,
	RESOLUTIONS,
	USD_PER_CREDIT,
} from '../../nodes/Flux2/api/contract.ts';
import { requestTimeout } from '../../nodes/Flux2/transport/client.ts';
import { isPrivate } from '../../nodes/Flux2/transport/reachability.ts';
import { EXTRA_WAIT_MS } from '../../nodes/Flux2/transport/waiting.ts';
import { parseFaultTags } from '../../sandbox/faultTags.mts';
import { SANDBOX_KEY } from '../../sandbox/server.mts';
import { matrix } from '../faults/matrix.mts';
import { flux2, flux2Trigger } from './fields.mts';
import { codeBlocks, PAGES, plain, read, section, tableRows } from './pages.mts';

describe('prices', () => {
	const isPriceTable = (row: string[]): boolean => /^\d+ credits$/.test(row[1] ?? '');

	test('the README has the price list, and no other page repeats it', () => {
		expect(tableRows(section('README.md', '### Cost'))).toEqual(
			MODES.map((mode) => [
				mode === 'pro' ? 'Pro' : 'Flex',
				...RESOLUTIONS.map((resolution) => `${PRICE_LIST[mode][resolution]} credits`),
			]),
		);
		expect(PAGES.filter((page) => tableRows(read(page)).some(isPriceTable))).toEqual(['README.md']);
		expect(read('README.md')).toContain(`one credit is about $${USD_PER_CREDIT}`);
	});

	test.each(MODES.flatMap((mode) => RESOLUTIONS.map((resolution) => [mode, resolution] as const)))(
		'the editor shows the price of %s %s when both are selected',
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

	test('nothing calls Flex cheaper: by the price list it is not', () => {
		const texts = [...PAGES.map(read), JSON.stringify([flux2, flux2Trigger])];
		const claim = /\bflex\b[^.|\n]{0,80}\b(cheap|less expensive|saves)/i;
		expect(texts.filter((text) => claim.test(text))).toEqual([]);
	});
});

describe('limits', () => {
	const reference = plain(read('docs/reference.md'));

	const option = (name: string): INodeProperties => {
		const { options = [] } = flux2.properties.find(({ name }) => name === 'options') ?? {};
		const found = options.find((entry) => entry.name === name);
		if (found === undefined) throw new Error(`There is no option ${name}`);
		return found as INodeProperties;
	};

	const textOf = (label: string): string =>
		tableRows(section('docs/reference.md', '## Flux 2')).find(([name]) => name === label)?.[2] ??
		'';

	test('prompt and reference images', () => {
		const { min, max } = PROMPT_LENGTH;
		expect(reference).toContain(`${min} to ${max.toLocaleString('en-US')} characters`);
		expect(reference).toContain(`Up to ${MAX_REFERENCE_IMAGES} images`);
	});

	test.each(['numberOfImages', 'maxParallel', 'timeoutSeconds'])('option %s', (name) => {
		const { displayName, typeOptions } = option(name);
		const range = [typeOptions?.minValue, typeOptions?.maxValue].map((value) =>
			Number(value).toLocaleString('en-US'),
		);
		expect(textOf(`${displayName} ${name}`)).toContain(range.join(' to '));
	});

	test('how long a response may take, and after which codes nothing was charged', () => {
		const text = plain(section('docs/money-and-retries.md', '## What is sent again'));
		expect(text).toContain(`No response within ${requestTimeout.create / 60_000} minutes`);
		expect(text).toContain(`No response within ${requestTimeout.poll / 1_000} seconds`);
		const [, codes = ''] = /A refusal with ([\d, or]+), or no connection/.exec(text) ?? [];
		const refused = codes.match(/\d+/g)?.map(Number);
		expect(refused).toEqual([...REFUSED_CODES].filter((code) => code !== 429));
	});

	test('how much longer than the timeout n8n waits for a callback', () => {
		expect(plain(read('docs/waiting-and-callbacks.md'))).toContain(
			`${EXTRA_WAIT_MS / 1_000} seconds after Timeout has passed`,
		);
	});

	test('addresses that API in One cannot reach', () => {
		const text = section('docs/waiting-and-callbacks.md', '## Can API in One reach your n8n?');
		const [, list = ''] = /Private addresses are ([^]*?)\n\n/.exec(text) ?? [];
		const addresses = [...list.matchAll(/[\d.]+(?=\/)|[\da-f]+::(?=\/)|`[^`]+`/g)].map(([one]) =>
			one.replaceAll('`', ''),
		);
		expect(addresses.length).toBeGreaterThan(10);
		const hosts = addresses.map((one) =>
			one.includes(':') ? `[${one}1]` : one.startsWith('.') ? `n8n${one}` : one,
		);
		expect([...hosts, 'n8n'].filter((host) => !isPrivate(`http://${host}/`))).toEqual([]);
		expect(isPrivate('https://n8n.example.com/')).toBe(false);
	});
});

describe('versions', () => {
	test.each(['README.md', 'docs/compatibility.md'])(
		'%s names the tested versions of n8n',
		(page) => {
			expect(read(page)).toContain(versions.n8n);
			expect(read(page)).toContain(versions.n8nLegacy);
		},
	);

	test('the README names the smallest version of Node.js', () => {
		const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
			engines: { node: string };
		};
		expect(read('README.md')).toContain(`${engines.node.replace('>=', '')} or later`);
	});
});

describe('examples in the text', () => {
	test('the README fills in the fields for an agent as the example workflow does', () => {
		const { nodes } = JSON.parse(read('examples/ai-agent-illustrator.json')) as {
			nodes: Array<{ type: string; parameters: Record<string, string> }>;
		};
		const tool = nodes.find(({ type }) => type === 'n8n-nodes-flux2.flux2Tool');
		const [snippet = ''] = codeBlocks('README.md', 'text');
		const expressions = snippet.trim().split('\n');
		expect(expressions).toEqual(
			[tool?.parameters.prompt, tool?.parameters.aspectRatio].map((value) => value?.slice(1)),
		);
	});

	test('every tag in the README is one that the sandbox knows', () => {
		const tags = [...read('README.md').matchAll(/`(\[[a-z]+: [^\]]+\])`/g)].map(
			([, tag = '']) => tag,
		);
		expect(tags.length).toBeGreaterThan(3);
		expect(tags.filter((tag) => parseFaultTags(tag).length !== 1)).toEqual([]);
	});

	test('there are as many faults as the documentation says', () => {
		const [, count] = /more than (\d+) faults/.exec(plain(read('docs/verification.md'))) ?? [];
		const faults = matrix.flatMap((group) => group.faults);
		expect(faults.length).toBeGreaterThan(Number(count));
	});

	test('the README of the sandbox shows its key', () => {
		expect(read('sandbox/README.md')).toContain(SANDBOX_KEY);
	});
});
