import type { SandboxOptions } from '../sandbox/server.mts';
import type * as sandboxProcess from './sandboxProcess.mts';
import { startWorker } from './worker.mts';

/** How long each task of a run takes: always the same, or drawn from 3 to 8 s, the same for a seed. */
export type Durations = { seconds: number } | { seed: number };

/** The service in a process of its own. Stop it by `end()`. */
export async function startSandboxProcess(options: SandboxOptions = {}) {
	const worker = startWorker<typeof sandboxProcess>(
		new URL('sandboxProcess.mts', import.meta.url),
		['address', 'startRun', 'stats'],
		{ options },
	);
	return Object.assign(worker, await worker.address());
}

export type SandboxProcess = Awaited<ReturnType<typeof startSandboxProcess>>;
