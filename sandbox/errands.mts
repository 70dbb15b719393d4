/** Requests that the sandbox itself has on the wire: callbacks, and fetches of reference images. */
export class Errands {
	readonly #underWay = new Set<Promise<unknown>>();

	add(errand: Promise<unknown>): void {
		const ended = errand.catch(() => undefined).finally(() => this.#underWay.delete(ended));
		this.#underWay.add(ended);
	}

	/** Resolves when none is under way. */
	async done(): Promise<void> {
		while (this.#underWay.size > 0) await Promise.all(this.#underWay);
	}
}
