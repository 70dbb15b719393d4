/** The requests that the sandbox itself has in flight: callbacks, and downloads of reference images. */
export class PendingRequests {
	readonly #pending = new Set<Promise<unknown>>();

	track(request: Promise<unknown>): void {
		const ended = request.catch(() => undefined).finally(() => this.#pending.delete(ended));
		this.#pending.add(ended);
	}

	/** Resolves when none is in flight. */
	async idle(): Promise<void> {
		while (this.#pending.size > 0) await Promise.all(this.#pending);
	}
}
