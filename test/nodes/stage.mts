import { ApiInOneApi } from '../../credentials/ApiInOneApi.credentials';
import { Flux2 } from '../../nodes/Flux2/Flux2.node';
import { Flux2Trigger } from '../../nodes/Flux2/Flux2Trigger.node';
import { clock } from '../../nodes/Flux2/transport/clock';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';
import { type Engine, type EngineOptions, type RunSketch, startEngine } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import { VirtualClock } from '../engine/virtualClock.mts';

/** Odd enough to be found wherever it should not be. */
export const KEY = 'aio_test_7Qm3xVb9Kp2LwZr8';

const realTime = { ...clock };

/** The service, n8n's engine and one clock for both. */
export interface Stage {
	sandbox: Sandbox;
	engine: Engine;
	time: VirtualClock;
	/** Runs the Flux 2 node; each item is a prompt, or the JSON of an item with its `prompt`. */
	generate(items: Array<string | object>, sketch?: RunSketch): Promise<Result>;
	/** Resolves when n8n has handled every callback: the sender is answered before that. */
	handled(): Promise<void>;
	close(): Promise<void>;
}

/** Opens a stage. Time on it passes only in waits, and no wait is real. */
export async function openStage(
	sandboxOptions: SandboxOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<Stage> {
	// The clock is there before those it asks.
	const actors: { sandbox?: Sandbox; engine?: Engine } = {};
	const time = new VirtualClock({
		held: () => (actors.sandbox?.held ?? 0) + (actors.engine?.held ?? 0),
		atWork: () => actors.engine?.atWork() ?? false,
		busy: () => actors.engine?.busy() ?? false,
	});
	Object.assign(clock, time);
	const sandbox = await startSandbox({
		apiKey: KEY,
		clock: time,
		pictures: 'plain',
		...sandboxOptions,
	});
	actors.sandbox = sandbox;
	const engine = await startEngine({
		nodes: { 'n8n-nodes-flux2.flux2': Flux2, 'n8n-nodes-flux2.flux2Trigger': Flux2Trigger },
		credentialTypes: [new ApiInOneApi()],
		credentials: { apiInOneApi: { apiKey: KEY, baseUrl: sandbox.url } },
		...engineOptions,
	});
	actors.engine = engine;
	return {
		sandbox,
		engine,
		time,
		async generate(items, sketch = {}) {
			const { parameters, ...rest } = sketch;
			return await engine.run({
				items: items.map((item) => ({
					json: typeof item === 'string' ? { prompt: item } : { ...item },
				})),
				parameters: { prompt: '={{ $json.prompt }}', ...parameters },
				...rest,
			});
		},
		async handled() {
			while (engine.answering > 0) await new Promise((resolve) => setImmediate(resolve));
		},
		async close() {
			time.stop();
			Object.assign(clock, realTime);
			await engine.stop();
			await sandbox.stop();
		},
	};
}
