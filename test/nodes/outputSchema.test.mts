import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { root } from '../../host/paths.mts';
import { callbackToken } from '../../nodes/Flux2/api/callback';
import { Flux2 } from '../../nodes/Flux2/Flux2.node';
import { KEY, createFixture, type Fixture } from './fixture.mts';

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** The schema from which the editor offers the fields of an output before the first run. */
const readSchema = (path: string): Schema =>
	JSON.parse(readFileSync(join(root, 'nodes/Flux2/__schema__', path), 'utf8')) as Schema;

function isOfType({ type, items }: Schema, value: unknown): boolean {
	switch (type) {
		case 'integer':
			return Number.isInteger(value);
		case 'array':
			return Array.isArray(value) && value.every((entry) => items && isOfType(items, entry));
		default:
			return typeof value === type;
	}
}

/** The keys of an item that the schema lacks or describes wrongly. `null` is a value not yet there. */
const wrongKeys = ({ properties = {} }: Schema, json: IDataObject): string[] =>
	Object.entries(json)
		.filter(([key, value]) => {
			const schema = properties[key];
			return schema === undefined || (value !== null && !isOfType(schema, value));
		})
		.map(([key]) => key);

const keysOf = ({ properties = {} }: Schema): string[] => Object.keys(properties).sort();

describe('the output schema', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const referenceImages = { image: [{ from: 'url', url: 'https://shop.example/a.jpg' }] };

	const itemsOf = async (parameters: object): Promise<IDataObject[]> => {
		const result = await fixture.engine.run({ parameters: parameters as never });
		expect(result.error).toBeUndefined();
		return result.items.map(({ json }) => json);
	};

	/** Each operation with the fields of its items, however the node waits. */
	const operations: Record<string, () => Promise<IDataObject[]>> = {
		generate: async () => [
			...(await itemsOf({ prompt: 'A fox' })),
			...(await itemsOf({ prompt: 'A fox', waitFor: 'nothing' })),
			...(await itemsOf({ prompt: 'A fox [task: 3 images]', mode: 'flex', resolution: '2K' })),
		],
		edit: async () => [
			...(await itemsOf({ operation: 'edit', prompt: 'A fox', referenceImages })),
			...(await itemsOf({
				operation: 'edit',
				prompt: 'A fox',
				referenceImages,
				waitFor: 'nothing',
			})),
		],
		getTask: async () => {
			const [created] = await itemsOf({ prompt: 'A fox', waitFor: 'nothing' });
			const get = { operation: 'getTask', taskId: created?.taskId };
			return [...(await itemsOf(get)), ...(await itemsOf({ ...get, waitUntilSettled: true }))];
		},
		estimate: async () => [
			...(await itemsOf({ operation: 'estimate', prompt: 'A fox' })),
			...(await itemsOf({
				operation: 'estimate',
				prompt: 'A fox',
				mode: 'flex',
				resolution: '2K',
			})),
		],
	};

	test('is there for every operation', () => {
		const [operation] = new Flux2().description.properties;
		const values = (operation?.options ?? []).map((option) => 'value' in option && option.value);
		expect(values.sort()).toEqual(Object.keys(operations).sort());
	});

	test.each(Object.keys(operations))('of %s has exactly the fields of its items', async (name) => {
		const schema = readSchema(`v1.0.0/${name}.json`);
		const items = await operations[name]!();
		for (const json of items) expect([wrongKeys(schema, json), json]).toEqual([[], json]);
		// The first image that is ready has everything.
		const [complete] = items.filter(({ status }) => status === undefined || status === 'succeeded');
		expect(Object.keys(complete!).sort()).toEqual(keysOf(schema));
		expect(Object.values(complete!)).not.toContain(null);
	});

	test('of the trigger has exactly the fields of its items, of images and of failed tasks', async () => {
		const schema = readSchema('v1.0.0.json');
		const created = await fixture.generate(['A fox', 'An owl [task: failed]'], {
			parameters: { waitFor: 'nothing' },
		});
		await fixture.clock.sleep(10_000);
		const trigger = fixture.engine.trigger({ type: 'n8n-nodes-flux2.flux2Trigger' });
		await trigger.sendCallback({
			body: created.items.map(({ json }) => ({ task_id: json.taskId })),
			query: { flux2_token: callbackToken(KEY) },
		});
		await fixture.callbacksHandled();
		const [started] = await trigger.results();
		const items = started!.items.map(({ json }) => json);
		expect(items.map(({ status }) => status).sort()).toEqual(['failed', 'succeeded']);
		for (const json of items) expect([wrongKeys(schema, json), json]).toEqual([[], json]);
		const seen = new Set(items.flatMap((json) => Object.keys(json)));
		expect([...seen].sort()).toEqual(keysOf(schema));
	});
});
