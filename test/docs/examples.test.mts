import { readFileSync, readdirSync } from 'node:fs';
import {
	NodeHelpers,
	type INode,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { type Example, exampleIndex } from '../exampleIndex.mts';
import { flux2, flux2Trigger } from './fields.mts';
import { tableRows } from './pages.mts';

const workflowIn = (file: string) =>
	JSON.parse(readFileSync(`examples/${file}`, 'utf8')) as {
		name: string;
		nodes: INode[];
		connections: Record<string, Record<string, Array<Array<{ node: string }>>>>;
	};

const noteOf = (nodes: readonly INode[]): INode | undefined =>
	nodes.find(({ type }) => type === 'n8n-nodes-base.stickyNote');

const OURS: Record<string, INodeTypeDescription> = {
	'n8n-nodes-flux2.flux2': flux2,
	'n8n-nodes-flux2.flux2Tool': flux2,
	'n8n-nodes-flux2.flux2Trigger': flux2Trigger,
};

/** n8n's own nodes that need no account, with the newest version that n8n 1.123 and 2.41 both have. */
const OF_N8N: Record<string, number> = {
	'n8n-nodes-base.dataTable': 1,
	'n8n-nodes-base.httpRequest': 4.3,
	'n8n-nodes-base.if': 2.3,
	'n8n-nodes-base.manualTrigger': 1,
	'n8n-nodes-base.noOp': 1,
	'n8n-nodes-base.removeDuplicates': 2,
	'n8n-nodes-base.respondToWebhook': 1.5,
	'n8n-nodes-base.scheduleTrigger': 1.3,
	'n8n-nodes-base.set': 3.4,
	'n8n-nodes-base.splitInBatches': 3,
	'n8n-nodes-base.splitOut': 1,
	'n8n-nodes-base.stickyNote': 1,
	'n8n-nodes-base.switch': 3.4,
	'n8n-nodes-base.wait': 1.1,
	'n8n-nodes-base.webhook': 2.1,
};

/** Those that an agent cannot do without. */
const OF_AGENTS: Record<string, number> = {
	'@n8n/n8n-nodes-langchain.agent': 3,
	'@n8n/n8n-nodes-langchain.chatTrigger': 1.4,
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 1.3,
};

const isExpression = (value: unknown): boolean =>
	typeof value === 'string' && value.startsWith('=');

/** Values of a list that the list does not have. */
function unknownValues(properties: INodeProperties[], parameters: object): string[] {
	const values = parameters as Record<string, unknown>;
	return properties.flatMap(({ name, type, options = [] }) => {
		const value = values[name];
		if (value === undefined || isExpression(value)) return [];
		const allowed = options.map((option) => ('value' in option ? option.value : undefined));
		if (type === 'options' && !allowed.includes(value as string))
			return [`${name}: ${String(value)}`];
		return [];
	});
}

const filesOf = ({ file, publishFirst }: Example): string[] =>
	publishFirst === undefined ? [file] : [file, publishFirst];

test('the list of examples names every file', () => {
	const files = readdirSync('examples').filter((file) => file.endsWith('.json'));
	expect([...files].sort()).toEqual(['examples.json', ...exampleIndex.flatMap(filesOf)].sort());
});

test('the page of the examples says what the list says', () => {
	const rows = tableRows(readFileSync('examples/README.md', 'utf8'));
	expect(rows).toEqual(
		exampleIndex.map(({ file, description, start, images, credits }) => [
			`[${file.replace('.json', '')}](${file})`,
			description.replaceAll('`', ''),
			typeof start === 'string' ? start : `${start.method} ${start.path}`,
			String(Object.values(images).reduce((sum, count) => sum + count, 0)),
			String(credits),
		]),
	);
});

test('no two examples listen at the same address', () => {
	const paths = exampleIndex
		.flatMap(filesOf)
		.flatMap((file) =>
			workflowIn(file).nodes.flatMap(({ parameters, type }) =>
				type === 'n8n-nodes-base.webhook' ? [String(parameters.path)] : [],
			),
		);
	expect(new Set(paths).size).toBe(paths.length);
});

describe.each(exampleIndex)('$file', (example) => {
	const { start, images, credits, dataTable } = example;
	const [workflow, ...others] = filesOf(example).map(workflowIn);
	const { name, nodes } = workflow!;
	const allNodes = [workflow!, ...others].flatMap((one) => one.nodes);
	const note = String(noteOf(nodes)?.parameters.content);
	const isStartedBy = (way: string) => nodes.some(({ type }) => type === `n8n-nodes-base.${way}`);

	test('has a note that says first what to press, and last what it costs', () => {
		expect(name).toMatch(/^Flux 2: /);
		const [title, first, ...paragraphs] = note.split('\n\n');
		expect(title).toMatch(/^## .+$/);
		expect(first).toMatch(/\*\*(Execute workflow|Publish)\*\*/);
		expect(paragraphs.at(-1)).toMatch(/^\*\*Estimated cost:\*\* /);
		expect(paragraphs.at(-1)).toMatch(new RegExp(`\\b${credits} credits`));
	});

	test('starts with a button in the editor or from outside, never both', () => {
		const isManual = start === 'Execute workflow';
		expect([isStartedBy('manualTrigger'), isStartedBy('webhook')]).toEqual([isManual, !isManual]);
		if (start === 'Execute workflow') return;
		const isItsWebhook = ({ type, parameters }: INode) =>
			type === 'n8n-nodes-base.webhook' && parameters.path === start.path;
		expect(nodes.find(isItsWebhook)?.parameters.httpMethod ?? 'GET').toBe(start.method);
	});

	test('keeps its results in the data table that its note describes', () => {
		const tables = allNodes.filter(({ type }) => type === 'n8n-nodes-base.dataTable');
		const used = tables.map(({ parameters }) => {
			const locator = parameters.dataTableId as { value: string } | undefined;
			return locator?.value ?? parameters.tableName;
		});
		expect([...new Set(used)]).toEqual(dataTable === undefined ? [] : [dataTable.name]);
		expect((dataTable?.columns ?? []).filter((column) => !note.includes(`\`${column}\``))).toEqual(
			[],
		);
	});

	test('its list of images names nodes that are there', () => {
		const names = allNodes.map((node) => node.name);
		expect(Object.keys(images).filter((node) => !names.includes(node))).toEqual([]);
	});
});

const files = exampleIndex.flatMap((example) =>
	filesOf(example).map((file) => ({ file, requires: example.requires })),
);

describe.each(files)('$file', ({ file, requires }) => {
	const { nodes, connections } = workflowIn(file);
	const ours = nodes.filter(({ type }) => OURS[type] !== undefined);

	test('can be changed without writing code', () => {
		expect(nodes.filter(({ type }) => /\.(code|function|functionItem)$/.test(type))).toEqual([]);
	});

	test('uses nodes that every n8n has, and no account but the one it says', () => {
		const allowed = requires === undefined ? OF_N8N : { ...OF_N8N, ...OF_AGENTS };
		const others = nodes.filter((node) => !ours.includes(node));
		expect(
			others.filter(({ type, typeVersion }) => !(typeVersion <= (allowed[type] ?? 0))),
		).toEqual([]);
	});

	test('leaves the choice of the credential to the n8n it is imported into', () => {
		const credentials = nodes.flatMap((node) => Object.entries(node.credentials ?? {}));
		expect(credentials.filter(([, { id }]) => id !== null)).toEqual([]);
		expect(ours.map((node) => Object.keys(node.credentials ?? {}))).toEqual(
			ours.map(() => ['apiInOneApi']),
		);
	});

	test.each(ours)('$name has fields and values that exist', (node) => {
		const description = OURS[node.type] as INodeTypeDescription;
		const seen = NodeHelpers.getNodeParameters(
			description.properties,
			node.parameters,
			true,
			false,
			node,
			description,
		);
		// What n8n does not know, or does not show with these settings, is missing from what it sees.
		expect(seen).toMatchObject(node.parameters);
		expect(unknownValues(description.properties, node.parameters)).toEqual([]);
	});

	test('its connections lead to nodes that are there', () => {
		const names = nodes.map((node) => node.name);
		const ends = Object.entries(connections).flatMap(([from, types]) => [
			from,
			...Object.values(types)
				.flat(2)
				.map(({ node }) => node),
		]);
		expect(ends.filter((end) => !names.includes(end))).toEqual([]);
	});
});
