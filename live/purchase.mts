/** What this process has bought: it must be told however the process ends. */
class Purchase {
	#state: 'nothing' | 'under way' | 'bought' = 'nothing';
	#taskId = '';

	ordering(): void {
		this.#state = 'under way';
	}

	/** The service refused, so nothing was charged. */
	refused(): void {
		this.#state = 'nothing';
	}

	bought(taskId: string): void {
		this.#state = 'bought';
		this.#taskId = taskId;
	}

	inWords(): string {
		switch (this.#state) {
			case 'nothing':
				return 'Nothing was bought.';
			case 'under way':
				return 'An order was sent and not answered: it may have been charged. Look it up in your API in One account before you try again.';
			case 'bought':
				return `The image is ordered and not lost: the operation "Get Task" of the node reads task ${this.#taskId}.`;
		}
	}
}

/** One order a process, so there is one of these. */
export const purchase = new Purchase();
