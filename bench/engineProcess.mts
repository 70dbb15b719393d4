// n8n's engine in a process of its own: see engine.mts.
import { createRequire } from 'node:module';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { startEngine } from '../test/engine/engine.mts';
import { answering, setup } from './answering.mts';
import type { EngineJob, EngineReport, EngineSetup } from './engine.mts';
import { SequentialNode } from './sequentialNode.mts';

const { folder, url, apiKey, binaryMode } = setup<EngineSetup>();
const packed = createRequire(`${folder}/package.json`);
const { Flux2 } = packed('./dist/nodes/Flux2/Flux2.node.js') as { Flux2: new () => INodeType };
const { ApiInOneApi } = packed('./dist/credentials/ApiInOneApi.credentials.js') as {
	ApiInOneApi: new () => ICredentialType;
};
const types = { flux2: 'n8n-nodes-flux2.flux2', loop: 'bench.loop' };

const engine = await startEngine({
	nodes: { [types.flux2]: Flux2, [types.loop]: SequentialNode },
	credentialTypes: [new ApiInOneApi()],
	credentials: { apiInOneApi: { apiKey, baseUrl: url } },
	binaryMode,
});

const memory = () => {
	const { rss, external } = process.memoryUsage();
	return { rss, external };
};

/** Memory after whatever is garbage by now has been taken away. */
async function memoryAtRest() {
	for (let round = 0; round < 3; round++) {
		global.gc?.();
		await setImmediate();
	}
	return memory();
}

async function run({ node, images }: EngineJob): Promise<EngineReport> {
	const before = await memoryAtRest();
	const peak = { ...before };
	let isRunning = true;
	const watching = (async () => {
		while (isRunning) {
			const now = memory();
			peak.rss = Math.max(peak.rss, now.rss);
			peak.external = Math.max(peak.external, now.external);
			await sleep(10);
		}
	})();
	const started = performance.now();
	const { status, error, items, stored } = await engine.run({
		type: types[node],
		items: Array.from({ length: images }, (_, index) => ({
			json: { prompt: `Benchmark image ${index}` },
		})),
		parameters: { prompt: '={{ $json.prompt }}' },
	});
	const seconds = (performance.now() - started) / 1000;
	isRunning = false;
	await watching;
	return {
		seconds,
		status: error === undefined ? status : `${status}: ${error.message}`,
		images: items.filter(({ binary }) => binary?.data !== undefined).length,
		isStored: stored.includes(String(items[0]?.json.taskId)),
		memory: { before, peak },
	};
}

answering(run);
