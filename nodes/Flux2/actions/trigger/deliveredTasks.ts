import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

const MAX_REMEMBERED = 500;

/** What this process knows of one trigger's tasks. */
interface Memory {
	/** Tasks being handled or delivered, oldest first. */
	claims: Set<string>;
	/** Tasks that were done without an image when they were read first. */
	withoutImage: Set<string>;
}

/** By trigger: as many as this n8n has published Flux 2 Triggers. */
const memories = new Map<string, Memory>();

function forgetOldest(ids: Set<string>): void {
	for (const oldest of ids) {
		if (ids.size <= MAX_REMEMBERED) return;
		ids.delete(oldest);
	}
}

/**
 * Which tasks a trigger has delivered. Claimed in memory before the first `await`, because parallel
 * callbacks would otherwise all get through; remembered in static data, because memory ends with the
 * process. Several webhook processes share neither at once, so they may deliver a task twice.
 */
export class DeliveredTasks {
	private readonly memory: Memory;
	private readonly stored: IDataObject & { delivered?: string[] };

	constructor(ctx: IWebhookFunctions) {
		const trigger = `${ctx.getWorkflow().id}:${ctx.getNode().id}`;
		// Whoever presses "Listen for test event" wants to see the same task as often as they like.
		const isTest = ctx.getMode() === 'manual';
		const memory = (isTest ? undefined : memories.get(trigger)) ?? {
			claims: new Set(),
			withoutImage: new Set(),
		};
		this.memory = memory;
		this.stored = isTest ? {} : ctx.getWorkflowStaticData('node');
		if (!isTest) memories.set(trigger, memory);
	}

	/** @returns false when the task was claimed before. */
	claim(taskId: string): boolean {
		if (this.memory.claims.has(taskId) || this.stored.delivered?.includes(taskId)) return false;
		this.memory.claims.add(taskId);
		return true;
	}

	/** The task is not done yet, or could not be read: the next callback about it counts. */
	release(taskId: string): void {
		this.memory.claims.delete(taskId);
	}

	/** Whether a task without an image is seen for the first time: its image may come a moment later. */
	isFirstWithoutImage(taskId: string): boolean {
		if (this.memory.withoutImage.has(taskId)) return false;
		this.memory.withoutImage.add(taskId);
		forgetOldest(this.memory.withoutImage);
		return true;
	}

	remember(taskId: string): void {
		this.stored.delivered = [...(this.stored.delivered ?? []), taskId].slice(-MAX_REMEMBERED);
		forgetOldest(this.memory.claims);
	}
}
