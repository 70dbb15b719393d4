import type { IContextObject } from 'n8n-workflow';
import type { Task } from '../api/task';

/**
 * Tasks this execution has already paid for. It lives in the node's context, which n8n keeps inside
 * the execution's data: it survives "Retry On Fail" and is carried into a retry from the list of
 * executions, so that neither pays for an image again.
 *
 * - `sending`: the create is under way, or no clear answer came; it may have been charged.
 * - `created`: the task exists.
 */
export interface Entry {
	state: 'sending' | 'created';
	/** With `sending`, what an answer named that was no clear one. */
	taskId?: string;
	/** A task that was finished at once and has no ID to get it by. */
	task?: Task;
	/** ISO time at which the create was sent. */
	sentAt: string;
	/** Credits of the price list. */
	credits: number;
	/** The execution that sent the create. Callbacks of its task go there. */
	executionId: string;
	/** What came instead of a clear answer, without the key. */
	reason?: string;
}

interface Stored extends IContextObject {
	flux2Tasks?: Record<string, Entry>;
}

/** Which of a run's images: its item, and a hash of what it asks for. */
export interface LedgerKey {
	itemIndex: number;
	/** Among the images of its item, from 0. */
	imageIndex: number;
	fingerprint: string;
}

export class Ledger {
	constructor(
		private readonly context: Stored,
		private readonly runIndex: number,
		private readonly executionId: string,
	) {}

	/**
	 * What this execution holds for an image. Entries of another run of the node (a loop, a branch)
	 * are never found. A create without a clear answer is unconfirmed for the execution that sent it; a
	 * retry that somebody started by hand is that person's decision to request the image again.
	 */
	find(key: LedgerKey): Entry | undefined {
		const entry = this.entries[this.nameOf(key)];
		if (entry?.state === 'sending' && entry.executionId !== this.executionId) return undefined;
		return entry;
	}

	/** Call before the create goes out: if this process loses the answer, the doubt is on record. */
	sending(key: LedgerKey, sentAt: string, credits: number): void {
		this.entries[this.nameOf(key)] = {
			state: 'sending',
			sentAt,
			credits,
			executionId: this.executionId,
		};
	}

	created(key: LedgerKey, task: Task): void {
		const entry = this.entries[this.nameOf(key)];
		if (entry === undefined) return;
		entry.state = 'created';
		if (task.id === '') entry.task = task;
		else entry.taskId = task.id;
	}

	/** Keeps why nobody can tell what became of a create, and the task it named, for whoever asks next. */
	unconfirmed(key: LedgerKey, reason: string, taskId?: string): void {
		const entry = this.entries[this.nameOf(key)];
		if (entry !== undefined) Object.assign(entry, { reason, ...(taskId && { taskId }) });
	}

	/** The create was refused, or the service failed the task: a new one may be created. */
	forget(key: LedgerKey): void {
		delete this.entries[this.nameOf(key)];
	}

	/** Whether a task is on record already: two requests can never share one. */
	has(taskId: string): boolean {
		return taskId !== '' && Object.values(this.entries).some((entry) => entry.taskId === taskId);
	}

	/** Whether the callbacks of a task go to another execution than this one. */
	isElsewhere(key: LedgerKey): boolean {
		return this.entries[this.nameOf(key)]?.executionId !== this.executionId;
	}

	/** Credits of the price list for everything on record, other runs of the node included. */
	get credits(): number {
		return Object.values(this.entries).reduce((sum, entry) => sum + entry.credits, 0);
	}

	private get entries(): Record<string, Entry> {
		this.context.flux2Tasks ??= {};
		return this.context.flux2Tasks;
	}

	private nameOf({ itemIndex, imageIndex, fingerprint }: LedgerKey): string {
		return `${this.runIndex}:${itemIndex}:${imageIndex}:${fingerprint}`;
	}
}
