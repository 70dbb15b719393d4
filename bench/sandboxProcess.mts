// The sandbox in a process of its own: see sandbox.mts.
import { seededRandom } from '../sandbox/random.mts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/server.mts';
import type { Durations } from './sandbox.mts';
import { type ServerStats, statsSince } from './serverStats.mts';
import { endWithParent } from './worker.mts';

let sandbox: Sandbox;
let nextSeconds = (): number => 6;
let runStartedAt = 0;

export async function setup(options: SandboxOptions): Promise<void> {
	endWithParent();
	sandbox = await startSandbox({
		...options,
		images: 'plain',
		credits: 1e9,
		seconds: () => nextSeconds(),
	});
}

export const teardown = async (): Promise<void> => await sandbox.stop();

export const address = (): { url: string; apiKey: string } => ({
	url: sandbox.url,
	apiKey: sandbox.apiKey,
});

/** `stats` counts from here on. */
export function startRun(durations: Durations): void {
	const random = 'seed' in durations ? seededRandom(durations.seed) : undefined;
	nextSeconds = () => ('seconds' in durations ? durations.seconds : 3 + 5 * random!());
	runStartedAt = Date.now();
}

export const stats = (): ServerStats => statsSince(sandbox, runStartedAt);
