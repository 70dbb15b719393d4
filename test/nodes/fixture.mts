import { ApiInOneApi } from '../../credentials/ApiInOneApi.credentials';
import { Flux2 } from '../../nodes/Flux2/Flux2.node';
import { Flux2Trigger } from '../../nodes/Flux2/Flux2Trigger.node';
import { clock as nodeClock } from '../../nodes/Flux2/transport/clock';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';
import {
	type Engine,
	type EngineOptions,
	type RunOptions,
	startEngine,
} from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import { VirtualClock } from '../engine/virtualClock.mts';

/** Distinctive enough to be found wherever it should not appear. */
export const KEY = 'aio_test_7Qm3xVb9Kp2LwZr8';

const realClock = { ...nodeClock };

/** The sandbox service and n8n's engine, on one virtual clock. */
export interface Fixture {
	sandbox: Sandbox;
	engine: Engine;
	clock: VirtualClock;
	/** Runs the Flux 2 node. Each item is a prompt, or the JSON of an item that has a `prompt`. */
	generate(items: Array<string | object>, options?: RunOptions): Promise<Result>;
	/** Resolves when n8n has handled every callback, which is after it has responded to the sender. */
	callbacksHandled(): Promise<void>;
	close(): Promise<void>;
}

/** Starts sandbox and engine. Time passes only on the virtual clock, so nothing waits in real time. */
export async function createFixture(
	sandboxOptions: SandboxOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<Fixture> {
	// The clock is created before the sandbox and the engine that it asks.
	const parts: { sandbox?: Sandbox; engine?: Engine } = {};
	const clock = new VirtualClock({
		pendingResponses: () =>
			(parts.sandbox?.heldRequests ?? 0) + (parts.engine?.pendingResponses ?? 0),
		isExecuting: () => parts.engine?.isExecuting() ?? false,
		isBusy: () => parts.engine?.isBusy() ?? false,
	});
	Object.assign(nodeClock, clock);
	const sandbox = await startSandbox({
		apiKey: KEY,
		clock,
		images: 'plain',
		...sandboxOptions,
	});
	parts.sandbox = sandbox;
	const engine = await startEngine({
		nodes: { 'n8n-nodes-flux2.flux2': Flux2, 'n8n-nodes-flux2.flux2Trigger': Flux2Trigger },
		credentialTypes: [new ApiInOneApi()],
		credentials: { apiInOneApi: { apiKey: KEY, baseUrl: sandbox.url } },
		...engineOptions,
	});
	parts.engine = engine;
	return {
		sandbox,
		engine,
		clock,
		async generate(items, options = {}) {
			const { parameters, ...rest } = options;
			return await engine.run({
				items: items.map((item) => ({
					json: typeof item === 'string' ? { prompt: item } : { ...item },
				})),
				parameters: { prompt: '={{ $json.prompt }}', ...parameters },
				...rest,
			});
		},
		async callbacksHandled() {
			while (engine.runningWebhooks > 0) await new Promise((resolve) => setImmediate(resolve));
		},
		async close() {
			clock.stop();
			Object.assign(nodeClock, realClock);
			await engine.stop();
			await sandbox.stop();
		},
	};
}
