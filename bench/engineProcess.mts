// n8n's engine in a process of its own: see engine.mts.
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Engine, startEngine } from '../test/engine/engine.mts';
import type { EngineOptions, EngineReport, EngineRun } from './engine.mts';
import { loadPackage } from './package.mts';
import { SequentialNode } from './sequentialNode.mts';
import { endWithParent } from './worker.mts';

const TYPES = { flux2: 'n8n-nodes-flux2.flux2', loop: 'bench.loop' };

let engine: Engine;

export async function setup({ folder, url, apiKey, binaryMode }: EngineOptions): Promise<void> {
	endWithParent();
	const { Flux2, ApiInOneApi } = loadPackage(folder);
	engine = await startEngine({
		nodes: { [TYPES.flux2]: Flux2, [TYPES.loop]: SequentialNode },
		credentialTypes: [new ApiInOneApi()],
		credentials: { apiInOneApi: { apiKey, baseUrl: url } },
		binaryMode,
	});
}

export const teardown = async (): Promise<void> => await engine.stop();

const memory = () => {
	const { rss, external } = process.memoryUsage();
	return { rss, external };
};

async function memoryAfterCollection() {
	for (let round = 0; round < 3; round++) {
		global.gc?.();
		await setImmediate();
	}
	return memory();
}

export async function execute({ node, images }: EngineRun): Promise<EngineReport> {
	const before = await memoryAfterCollection();
	const peak = { ...before };
	let isRunning = true;
	const sampling = (async () => {
		while (isRunning) {
			const now = memory();
			peak.rss = Math.max(peak.rss, now.rss);
			peak.external = Math.max(peak.external, now.external);
			await sleep(10);
		}
	})();
	const started = performance.now();
	const { status, error, items, stored } = await engine.run({
		type: TYPES[node],
		items: Array.from({ length: images }, (_, index) => ({
			json: { prompt: `Benchmark image ${index}` },
		})),
		parameters: { prompt: '={{ $json.prompt }}' },
	});
	const seconds = (performance.now() - started) / 1000;
	isRunning = false;
	await sampling;
	return {
		seconds,
		status: error === undefined ? status : `${status}: ${error.message}`,
		images: items.filter(({ binary }) => binary?.data !== undefined).length,
		isStored: stored.includes(String(items[0]?.json.taskId)),
		memory: { before, peak },
	};
}
