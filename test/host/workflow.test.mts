import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../host/paths.mts';
import { withCredential, type Workflow } from '../../host/workflow.mts';

// examples.json describes each of them.
const examples = readdirSync(join(root, 'examples')).filter(
	(file) => file.endsWith('.json') && file !== 'examples.json',
);
const read = (file: string) =>
	JSON.parse(readFileSync(join(root, 'examples', file), 'utf8')) as Workflow;

test.each(examples)(
	'%s contains no credential, and gets the one of the n8n it is imported into',
	(file) => {
		const workflow = read(file);
		const ids = (of: Workflow) =>
			of.nodes.flatMap(({ credentials = {} }) => Object.values(credentials).map(({ id }) => id));
		expect(ids(workflow).every((id) => !id)).toBe(true);

		const imported = withCredential(workflow, { id: 'c1', name: 'Mine' });
		const fluxCredentials = (of: Workflow) =>
			of.nodes.flatMap(({ credentials }) => credentials?.apiInOneApi ?? []);
		expect(fluxCredentials(imported)).toEqual(
			fluxCredentials(workflow).map(() => ({ id: 'c1', name: 'Mine' })),
		);
		expect(fluxCredentials(imported).length).toBeGreaterThan(0);
	},
);

test('nodes without a Flux 2 credential are not changed', () => {
	const plain = { name: 'Prompt', type: 'n8n-nodes-base.set', parameters: {} };
	const other = { ...plain, credentials: { httpHeaderAuth: { id: 'x', name: 'Theirs' } } };
	const { nodes } = withCredential(
		{ name: 'w', nodes: [plain, other], connections: {} },
		{ id: 'c1', name: 'Mine' },
	);
	expect(nodes).toEqual([plain, other]);
});
