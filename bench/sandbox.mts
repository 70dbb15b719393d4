import type { RateLimit } from '../sandbox/rateWindow.mts';
import type { Account } from './account.mts';
import { Child } from './child.mts';

/** How long each task of a run takes: always the same, or drawn from 3 to 8 s, the same for a seed. */
export type Durations = { seconds: number } | { seed: number };

export interface SandboxSetup {
	rateLimit?: RateLimit;
	imageBytes?: number;
}

export type SandboxQuestion =
	| { ask: 'address' }
	| { ask: 'account' }
	| { ask: 'begin'; durations: Durations };

/** The service, in a process of its own: its work is not counted as that of what is measured. */
export class BenchSandbox {
	private constructor(
		private readonly child: Child<SandboxQuestion, unknown>,
		readonly url: string,
		readonly apiKey: string,
	) {}

	static async start(setup: SandboxSetup = {}): Promise<BenchSandbox> {
		const script = new URL('sandboxProcess.mts', import.meta.url);
		const child = Child.start<SandboxQuestion, unknown>(script, { setup });
		const { url, apiKey } = (await child.ask({ ask: 'address' })) as BenchSandbox;
		return new BenchSandbox(child, url, apiKey);
	}

	/** From here on counts what `account` tells. */
	async begin(durations: Durations): Promise<void> {
		await this.child.ask({ ask: 'begin', durations });
	}

	async account(): Promise<Account> {
		return (await this.child.ask({ ask: 'account' })) as Account;
	}

	async stop(): Promise<void> {
		await this.child.end();
	}
}
