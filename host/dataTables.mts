import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nApi } from './n8nApi.mts';
import type { Workflow, WorkflowNode } from './workflow.mts';

/** A row of a data table, with the columns that n8n adds: id, createdAt and updatedAt. */
export type DataTableRow = Record<string, string | number | boolean | null>;

const dataTableType = 'n8n-nodes-base.dataTable';

/** n8n's data tables, in the personal project of the user. */
export class DataTables {
	private constructor(
		private readonly api: N8nApi,
		private readonly path: string,
	) {}

	static async open(api: N8nApi): Promise<DataTables> {
		const { id } = await api.session.get<{ id: string }>('/projects/personal');
		return new DataTables(api, `/projects/${id}/data-tables`);
	}

	/** Creates a table with text columns, and returns its ID. */
	async create(name: string, columns: string[]): Promise<string> {
		const { id } = await this.api.session.post<{ id: string }>(this.path, {
			name,
			columns: columns.map((column) => ({ name: column, type: 'string' })),
		});
		return id;
	}

	/** The ID of the table with this name. */
	async find(name: string): Promise<string | undefined> {
		const filter = encodeURIComponent(JSON.stringify({ name }));
		const { data } = await this.api.session.get<{ data: Array<{ id: string; name: string }> }>(
			`${this.path}?filter=${filter}`,
		);
		return data.find((table) => table.name === name)?.id;
	}

	/**
	 * The first 100 rows of a table. n8n 1.x has one connection to SQLite for everybody, and refuses a
	 * read that meets a write of a workflow: then it is read again.
	 */
	async rows(id: string): Promise<DataTableRow[]> {
		for (let tries = 1; ; tries += 1) {
			try {
				const path = `${this.path}/${id}/rows?take=100`;
				return (await this.api.session.get<{ data: DataTableRow[] }>(path)).data;
			} catch (error) {
				if (tries === 5 || !/SQLITE_ERROR/.test(String(error))) throw error;
				await sleep(500);
			}
		}
	}
}

/**
 * A copy of a workflow for n8n 1.x, whose Data table nodes find a table only by its ID and cannot
 * create one.
 */
export function withDataTable(workflow: Workflow, tableId: string): Workflow {
	const createsTable = ({ type, parameters }: WorkflowNode): boolean =>
		type === dataTableType && parameters.resource === 'table';
	const dataTableId = { __rl: true, mode: 'id', value: tableId };
	return workflow.nodes.filter(createsTable).reduce(withoutNode, {
		...workflow,
		nodes: workflow.nodes.map((node) =>
			node.type === dataTableType && !createsTable(node)
				? { ...node, parameters: { ...node.parameters, dataTableId } }
				: node,
		),
	});
}

type Connections = Record<string, { main: Array<Array<{ node: string }>> }>;

/** As the editor deletes a node: what led to it leads to what came behind it. */
function withoutNode(workflow: Workflow, { name }: WorkflowNode): Workflow {
	const { [name]: removed, ...others } = workflow.connections as Connections;
	const behind = removed?.main[0] ?? [];
	const connections = Object.fromEntries(
		Object.entries(others).map(([from, { main }]) => [
			from,
			{
				main: main.map((ends) => ends.flatMap((end) => (end.node === name ? behind : [end]))),
			},
		]),
	);
	return {
		...workflow,
		nodes: workflow.nodes.filter((node) => node.name !== name),
		connections,
	};
}
