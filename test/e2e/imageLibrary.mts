import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { type DataTableRow, DataTables, withDataTable } from '../../host/dataTables.mts';
import { readExample, type Workflow } from '../../host/workflow.mts';
import { exampleIndex } from '../exampleIndex.mts';
import { outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { waitUntil } from './waitUntil.mts';

const tableName = 'Images of a crash';

/** By name: their callback never comes, they are being requested when n8n is killed, or come later. */
const images = [
	{ name: 'before', prompt: 'A first image [callback: never]' },
	// Its task exists, and the response takes longer than n8n lives.
	{ name: 'during', prompt: 'A second image [create: slow body] [task: takes 90 s]' },
	{ name: 'after', prompt: 'A third image' },
	{ name: 'failed', prompt: 'A fourth image [task: failed]' },
];

/** Kills n8n in the middle of the example "image library", and does what its note says. */
export function testImageLibrary(n8n: () => N8nInstance): void {
	reportedTest(
		'an image library that is cut off by kill -9 is completed by its next run, and pays for no image twice',
		async () => {
			const account = await n8n().openAccount('image library');
			const [requests, results] = await library(n8n());
			await n8n().publish(results, account);
			const stored = await n8n().api.importWorkflow(requests, account.credential);
			const trigger = stored.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger')!;
			await n8n().api.run(stored, trigger.name);
			await waitUntil('the second image is being requested', () =>
				account.sandbox.billing.creates === 2 ? true : undefined,
			);
			await n8n().server.kill();
			await n8n().start();
			expect(statuses(await rows(n8n()))).toEqual({ before: 'pending', during: 'requested' });

			const again = await n8n().api.run(stored, trigger.name);
			const execution = await n8n().api.waitForExecution(again);
			const requested = outputOf(execution, 'New Images Only').map(({ json }) => json.name);
			expect(requested).toEqual(['after', 'failed']);

			const ended = await waitUntil(
				'every image has ended',
				async () => {
					// Seldom: on SQLite, n8n 1.x may fail a write of the workflow that meets a read.
					await sleep(10_000);
					const current = await rows(n8n());
					const isOver = ({ status }: DataTableRow) => status !== 'pending';
					return current.length === 5 && current.every(isOver) ? current : undefined;
				},
				150_000,
			);
			expect(statuses(ended)).toEqual({
				before: 'succeeded',
				during: 'requested',
				after: 'succeeded',
				failed: 'failed',
				// What the second image became: only its callback has told.
				null: 'succeeded',
			});
			expect(account.sandbox.billing.creates).toBe(images.length);
			return `${ended.length} rows for ${images.length} images, ${account.spending()}; the image that was being requested has a row of its own`;
		},
	);
}

/**
 * The two workflows of the example with other images, a table and a webhook of their own (the example
 * itself is published in the same n8n), and a schedule that a test can wait for.
 */
async function library(n8n: N8nInstance): Promise<[requests: Workflow, results: Workflow]> {
	const files = ['image-library.json', 'image-library-results.json'];
	const originals = await Promise.all(files.map(readExample));
	const nodeOf = (workflows: readonly Workflow[], name: string) =>
		workflows.flatMap(({ nodes }) => nodes).find((node) => node.name === name)!;
	const webhookId = String(nodeOf(originals, 'Flux 2 Trigger').webhookId);
	const text = JSON.stringify(originals)
		.replaceAll('Flux 2 Images', tableName)
		.replaceAll(webhookId, randomUUID());
	const [requests, results] = JSON.parse(text) as [Workflow, Workflow];
	nodeOf([requests], 'Images').parameters.jsonOutput = JSON.stringify({ images });
	const everyMinute = { interval: [{ field: 'minutes', minutesInterval: 1 }] };
	nodeOf([results], 'Every 15 Minutes').parameters.rule = everyMinute;
	if (!n8n.installation.version.startsWith('1.')) return [requests, results];
	const { columns = [] } = exampleIndex.find(({ dataTable }) => dataTable)?.dataTable ?? {};
	const id = await (await DataTables.open(n8n.api)).create(tableName, columns);
	return [withDataTable(requests, id), withDataTable(results, id)];
}

async function rows(n8n: N8nInstance): Promise<DataTableRow[]> {
	const tables = await DataTables.open(n8n.api);
	return await tables.rows((await tables.find(tableName)) ?? '');
}

const statuses = (of: readonly DataTableRow[]): object =>
	Object.fromEntries(of.map(({ name, status }) => [String(name), status]));
