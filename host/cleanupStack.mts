/** What has to be stopped or removed when a run ends, the latest first. */
export class CleanupStack {
	private readonly steps: Array<() => Promise<unknown>> = [];
	private finished: Promise<void> | undefined;

	get isStarted(): boolean {
		return this.finished !== undefined;
	}

	defer(step: () => Promise<unknown>): void {
		this.steps.push(step);
	}

	/** Runs every step, once; one that fails does not keep the others from running. */
	run(): Promise<void> {
		this.finished ??= this.runAll();
		return this.finished;
	}

	private async runAll(): Promise<void> {
		for (const step of this.steps.reverse()) {
			await step().catch((error: unknown) => console.error(error));
		}
	}
}
