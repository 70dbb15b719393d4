import type { IContextObject } from 'n8n-workflow';

/**
 * Tasks this execution has already paid for. It lives in the node's context, which n8n keeps inside
 * the execution's data: it survives "Retry On Fail" and is carried into a retry from the list of
 * executions, so that neither buys an image again.
 *
 * - `sending`: the create is under way, or its answer never came; it may have been charged.
 * - `created`: the task exists.
 */
export interface Entry {
	state: 'sending' | 'created';
	taskId?: string;
	/** ISO time at which the create was sent. */
	sentAt: string;
	/** Credits of the price list. */
	credits: number;
	executionId: string;
}

interface Stored extends IContextObject {
	flux2Tasks?: Record<string, Entry>;
}

export class Ledger {
	constructor(
		private readonly context: Stored,
		private readonly runIndex: number,
		private readonly executionId: string,
	) {}

	/**
	 * What this execution holds for an item. Entries of another run of the node (a loop, a branch)
	 * are never found. A create whose answer never came is in doubt for the execution that sent it;
	 * a retry that somebody started by hand is that person's decision to order again.
	 */
	find(itemIndex: number, fingerprint: string): Entry | undefined {
		const entry = this.entries[this.key(itemIndex, fingerprint)];
		if (entry?.state === 'sending' && entry.executionId !== this.executionId) return undefined;
		return entry;
	}

	/** Call before the create goes out: if this process loses the answer, the doubt is on record. */
	sending(itemIndex: number, fingerprint: string, sentAt: string, credits: number): void {
		this.entries[this.key(itemIndex, fingerprint)] = {
			state: 'sending',
			sentAt,
			credits,
			executionId: this.executionId,
		};
	}

	created(itemIndex: number, fingerprint: string, taskId: string): void {
		const entry = this.entries[this.key(itemIndex, fingerprint)];
		if (entry !== undefined) Object.assign(entry, { state: 'created', taskId });
	}

	/** The create was refused, or the service failed the task: it may be ordered anew. */
	forget(itemIndex: number, fingerprint: string): void {
		delete this.entries[this.key(itemIndex, fingerprint)];
	}

	/** Whether a task is on record already: two orders can never share one. */
	holds(taskId: string): boolean {
		return Object.values(this.entries).some((entry) => entry.taskId === taskId);
	}

	/** Credits of the price list for everything on record, other runs of the node included. */
	get credits(): number {
		return Object.values(this.entries).reduce((sum, entry) => sum + entry.credits, 0);
	}

	private get entries(): Record<string, Entry> {
		this.context.flux2Tasks ??= {};
		return this.context.flux2Tasks;
	}

	private key(itemIndex: number, fingerprint: string): string {
		return `${this.runIndex}:${itemIndex}:${fingerprint}`;
	}
}
