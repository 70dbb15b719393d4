import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

const MAX_REMEMBERED = 500;

/** Tasks that this process has begun or finished handling, by trigger. */
const claimed = new Map<string, Set<string>>();

/**
 * Which tasks a trigger has delivered already. Claimed in memory before the first await, because
 * parallel rings would otherwise all get through; remembered in static data, because memory ends
 * with the process. Several webhook processes share neither at once, so they may deliver twice.
 */
export class DeliveredTasks {
	private readonly claims: Set<string>;
	private readonly stored: IDataObject & { handled?: string[] };

	constructor(ctx: IWebhookFunctions) {
		const trigger = `${ctx.getWorkflow().id}:${ctx.getNode().id}`;
		// Whoever presses "Listen for test event" wants to see the same task as often as they like.
		const isTest = ctx.getMode() === 'manual';
		this.claims = (isTest ? undefined : claimed.get(trigger)) ?? new Set();
		this.stored = isTest ? {} : ctx.getWorkflowStaticData('node');
		if (!isTest) claimed.set(trigger, this.claims);
	}

	/** @returns false when the task was claimed before. */
	claim(taskId: string): boolean {
		if (this.claims.has(taskId) || this.stored.handled?.includes(taskId)) return false;
		this.claims.add(taskId);
		return true;
	}

	/** The task is not settled yet, or could not be read: the next ring about it counts. */
	release(taskId: string): void {
		this.claims.delete(taskId);
	}

	remember(taskId: string): void {
		this.stored.handled = [...(this.stored.handled ?? []), taskId].slice(-MAX_REMEMBERED);
		// Oldest first: a set keeps the order in which its members came.
		for (const old of this.claims) {
			if (this.claims.size <= MAX_REMEMBERED) break;
			this.claims.delete(old);
		}
	}
}
