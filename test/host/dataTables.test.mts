import { withDataTable } from '../../host/dataTables.mts';
import { readExample } from '../../host/workflow.mts';

test('for n8n 1, the image library uses an existing data table and creates none', async () => {
	const library = await readExample('image-library.json');
	const adapted = withDataTable(library, 'table-1');
	const tables = adapted.nodes.filter(({ type }) => type === 'n8n-nodes-base.dataTable');
	expect(tables.map(({ parameters }) => parameters.dataTableId)).toEqual(
		tables.map(() => ({ __rl: true, mode: 'id', value: 'table-1' })),
	);
	const names = (workflow: typeof library) => workflow.nodes.map(({ name }) => name);
	expect(names(library).filter((name) => !names(adapted).includes(name))).toEqual(['Create Table']);
	const { 'When clicking ‘Execute workflow’': next } = adapted.connections as Record<
		string,
		{ main: unknown }
	>;
	expect(next?.main).toEqual([[{ node: 'Images', type: 'main', index: 0 }]]);
});
