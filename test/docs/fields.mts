import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { ApiInOneApi } from '../../credentials/ApiInOneApi.credentials.ts';
import { Flux2 } from '../../nodes/Flux2/Flux2.node.ts';
import { Flux2Trigger } from '../../nodes/Flux2/Flux2Trigger.node.ts';

export const flux2 = new Flux2().description;
export const flux2Trigger = new Flux2Trigger().description;
export const credential = new ApiInOneApi();

/** The operations of the Flux 2 node, as the editor lists them. */
export const operations = (flux2.properties.find(({ name }) => name === 'operation')?.options ??
	[]) as INodePropertyOptions[];

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

const isField = (entry: Entry): entry is INodeProperties =>
	'type' in entry && entry.type !== 'notice';

/** The default as the documentation writes it. */
function defaultOf({ type, default: value, options = [] }: INodeProperties): string {
	if (type === 'boolean') return value === true ? 'on' : 'off';
	if (type === 'fixedCollection') return '';
	if (Array.isArray(value)) return value.length === options.length ? 'both' : String(value);
	return String(value);
}

/** A field as a row of a table: its label with its name, and its default. */
const rowOf = (field: INodeProperties): [label: string, preset: string] => [
	`${field.displayName} ${field.name}`,
	defaultOf(field),
];

/** The rows of fields and of the fields in them. A field that is shown in two places is one row. */
function rowsOf(entries: readonly Entry[]): Array<[label: string, preset: string]> {
	const rows = entries.flatMap((entry) => {
		if ('values' in entry) return rowsOf(entry.values);
		if (!isField(entry)) return [];
		const inside = entry.type.endsWith('ollection') ? rowsOf(entry.options ?? []) : [];
		return entry.type === 'collection' ? inside : [rowOf(entry), ...inside];
	});
	return [...new Map(rows)];
}

/** The fields that users find in each place, and the section that documents them. */
export const documentedFields = [
	{ page: 'docs/reference.md', heading: '## Flux 2', rows: rowsOf(flux2.properties) },
	{
		page: 'docs/reference.md',
		heading: '## Flux 2 Trigger',
		rows: rowsOf(flux2Trigger.properties),
	},
	{ page: 'README.md', heading: '## Credentials', rows: rowsOf(credential.properties) },
];
