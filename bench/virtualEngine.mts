// The sandbox and n8n's engine in one process, on one clock: see scenario.mts.
import { realClock } from '../sandbox/clock.mts';
import { seededRandom } from '../sandbox/random.mts';
import { startSandbox } from '../sandbox/server.mts';
import { type Engine, startEngine } from '../test/engine/engine.mts';
import { VirtualClock } from '../test/engine/virtualClock.mts';
import { loadPackage } from './package.mts';
import type { RunResult, Scenario, ScenarioOptions } from './scenario.mts';
import { statsSince } from './serverStats.mts';
import { endWithParent } from './worker.mts';

let engine: Engine;
let clock: Pick<VirtualClock, 'now' | 'sleep'> = realClock;
let nodeClock: { random: () => number };

export async function setup({ folder, isVirtual }: ScenarioOptions): Promise<void> {
	endWithParent();
	const loaded = loadPackage(folder);
	nodeClock = loaded.clock;
	if (isVirtual) {
		clock = new VirtualClock({
			pendingResponses: () => engine.pendingResponses,
			isExecuting: () => engine.isExecuting(),
			isBusy: () => engine.isBusy(),
		});
		Object.assign(nodeClock, clock);
	}
	engine = await startEngine({
		nodes: { 'n8n-nodes-flux2.flux2': loaded.Flux2 },
		credentialTypes: [new loaded.ApiInOneApi()],
	});
}

export const teardown = async (): Promise<void> => await engine.stop();

/** Every scenario has a sandbox, and so an account, of its own. */
export async function runScenario({ rateLimit, runs, seed }: Scenario): Promise<RunResult[]> {
	nodeClock.random = seededRandom(seed);
	let [shortest, longest] = [0, 0];
	const sandbox = await startSandbox({
		clock,
		images: 'plain',
		credits: 1e9,
		seed,
		seconds: (random) => shortest + (longest - shortest) * random(),
		...(rateLimit && { rateLimit }),
	});
	engine.credentials.apiInOneApi = { apiKey: sandbox.apiKey, baseUrl: sandbox.url };
	const results: RunResult[] = [];
	// Fixed windows begin at full ten seconds: so every repetition finds them as the first one did.
	await clock.sleep(10_000 - (clock.now() % 10_000));
	for (const { executions, images, taskSeconds, restSeconds } of runs) {
		await clock.sleep(restSeconds * 1_000);
		[shortest, longest] = taskSeconds;
		const startedAt = clock.now();
		const ended = await Promise.all(
			Array.from({ length: executions }, async (_, execution) => {
				const items = Array.from({ length: images }, (_, image) => ({
					json: { prompt: `Execution ${execution}, image ${image}` },
				}));
				return await engine.run({ items, parameters: { prompt: '={{ $json.prompt }}' } });
			}),
		);
		results.push({
			startedAt,
			seconds: (clock.now() - startedAt) / 1_000,
			received: ended.flatMap(({ items }) => items).filter(({ binary }) => binary?.data).length,
			stats: statsSince(sandbox, startedAt),
		});
	}
	await sandbox.stop();
	return results;
}
