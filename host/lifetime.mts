/** What has to be ended or removed when a run ends, in the reverse order of its beginning. */
export class Lifetime {
	private readonly endings: Array<() => Promise<unknown>> = [];
	private ended: Promise<void> | undefined;

	get isEnding(): boolean {
		return this.ended !== undefined;
	}

	atEnd(ending: () => Promise<unknown>): void {
		this.endings.push(ending);
	}

	/** Ends everything, once; one failure does not keep the rest alive. */
	end(): Promise<void> {
		this.ended ??= this.endAll();
		return this.ended;
	}

	private async endAll(): Promise<void> {
		for (const ending of this.endings.reverse()) {
			await ending().catch((error: unknown) => console.error(error));
		}
	}
}
