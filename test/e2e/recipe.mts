import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../../host/paths.mts';
import { credentialType, type Workflow } from '../../host/workflow.mts';
import { countFiles, errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { chain, fetchFile, flux2, manualTrigger, promptItems } from './workflowBuilder.mts';

const page = join(root, 'docs', 'waiting-and-callbacks.md');
const storageInRecipe = 'https://storage.example.com/photos';

/** A storage service that keeps what is uploaded by PUT, and serves it at the same URL. */
async function startStorage(): Promise<{
	url: string;
	paths: string[];
	stop: () => Promise<void>;
}> {
	const files = new Map<string, Buffer>();
	const server = createServer((request, response) => {
		const path = request.url ?? '';
		if (request.method !== 'PUT') {
			response.statusCode = files.has(path) ? 200 : 404;
			response.end(files.get(path));
			return;
		}
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			files.set(path, Buffer.concat(chunks));
			response.statusCode = 201;
			response.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/photos`,
		get paths() {
			return [...files.keys()];
		},
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** The workflow that the page shows, with another storage service. */
async function readRecipe(storageUrl: string): Promise<Workflow> {
	const [, json] =
		/```json\n(\{\n {2}"nodes"[\s\S]*?)\n```/.exec(await readFile(page, 'utf8')) ?? [];
	if (!json?.includes(storageInRecipe)) throw new Error(`${page} shows no workflow`);
	return JSON.parse(json.replaceAll(storageInRecipe, storageUrl)) as Workflow;
}

/** The workflow in docs/waiting-and-callbacks.md that gives a reference image a public address. */
export function testRecipe(n8n: () => N8nInstance): void {
	reportedTest('the recipe for a public address of a reference image works as it is', async () => {
		const account = await n8n().openAccount('Recipe');
		const storage = await startStorage();
		n8n().onClose(() => storage.stop());
		const first = await n8n().runManually(
			chain('Photo', manualTrigger(), promptItems('a green vase'), flux2({ download: false })),
			account,
		);
		const photo = String(outputOf(first)[0]?.json.imageUrl);
		const recipe = await readRecipe(storage.url);
		const before = chain('Recipe', manualTrigger(), fetchFile(photo), recipe.nodes[0]!);
		const execution = await n8n().runManually(
			{
				...before,
				nodes: [...before.nodes.slice(0, 2), ...recipe.nodes].map((node) =>
					node.type.startsWith('n8n-nodes-flux2.')
						? { ...node, credentials: { [credentialType]: {} } }
						: node,
				),
				connections: { ...before.connections, ...recipe.connections },
			},
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const output = outputOf(execution, 'Flux 2 Image');
		expect(countFiles(output)).toBe(1);
		const task = account.sandbox.tasks.get(String(output[0]?.json.taskId));
		expect(task?.body.input_urls).toEqual([`${new URL(storage.url).origin}${storage.paths[0]}`]);
		expect(task?.referenceImages.length).toBe(1);
		return `uploaded to ${storage.paths.join()}, and edited from there; ${account.spending()}, including the photo`;
	});
}
