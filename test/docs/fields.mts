import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { ApiInOneApi } from '../../credentials/ApiInOneApi.credentials.ts';
import { Flux2 } from '../../nodes/Flux2/Flux2.node.ts';
import { Flux2Trigger } from '../../nodes/Flux2/Flux2Trigger.node.ts';

/** A field as a user sees it. */
export interface Field {
	name: string;
	/** As it is set before anybody touches it, in the words of the editor. */
	preset: string;
	description: string;
}

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

const isField = (entry: Entry): entry is INodeProperties =>
	'type' in entry && entry.type !== 'notice';

function presetOf({ type, default: preset, options = [] }: INodeProperties): string {
	if (type === 'boolean') return preset === true ? 'on' : 'off';
	if (type === 'fixedCollection') return 'none';
	if (type === 'multiOptions')
		return Array.isArray(preset) && preset.length === options.length ? 'both' : String(preset);
	if (type !== 'options') return String(preset);
	const chosen = options.find((option) => 'value' in option && option.value === preset);
	const [ratio] = String(chosen?.name).split(' ');
	return /^\d/.test(String(ratio)) ? String(ratio) : String(chosen?.name);
}

const fieldsOf = (properties: readonly Entry[]): Field[] =>
	properties.flatMap((entry) => {
		if ('values' in entry) return fieldsOf(entry.values);
		if (!isField(entry)) return [];
		const inside = entry.type.endsWith('ollection') ? fieldsOf(entry.options ?? []) : [];
		const { displayName: name, description = '' } = entry;
		const own = entry.type === 'collection' ? [] : [{ name, preset: presetOf(entry), description }];
		return [...own, ...inside];
	});

const once = (fields: Field[]): Field[] => [
	...new Map(fields.map((field) => [field.name, field])).values(),
];

export const flux2 = new Flux2().description;
export const flux2Trigger = new Flux2Trigger().description;
export const credential = new ApiInOneApi();

/** The fields of each thing that the README has a section about. */
export const FIELDS: ReadonlyArray<[heading: string, fields: Field[]]> = [
	['## The credential', once(fieldsOf(credential.properties))],
	['## The Flux 2 node', once(fieldsOf(flux2.properties))],
	['## The Flux 2 Trigger', once(fieldsOf(flux2Trigger.properties))],
];
