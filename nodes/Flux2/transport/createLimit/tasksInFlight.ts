/** No image takes less [own: 3 to 8 s], so a younger task is certainly not done. */
const SHORTEST_TASK_MS = 3_000;

/** So long after a task is done its place, if it had one, may be free. */
const JUST_DONE_MS = 300;

/** Nobody may ever read a task ("Wait For: Nothing"): it is taken for done by then. */
const LONGEST_TASK_MS = 300_000;

const MAX_TASKS = 2_000;

/** So many refusals in a row speak against a limit that counts tasks, once others spoke for it. */
const MOST_EVIDENCE = 2;

/**
 * This account's tasks that are not known to be done, and whether the service limits their number:
 * then a create is accepted whenever one of them is done.
 */
export class TasksInFlight {
	/** By task ID, ms since the epoch. */
	private readonly createdAt = new Map<string, number>();
	private justDone = 0;
	private doneAt = 0;
	/** Above 0: seems to be limited. Below 0: is not. */
	private evidence = 0;
	private doubtedAt = 0;

	get count(): number {
		return this.createdAt.size;
	}

	get isLimited(): boolean {
		return this.evidence > 0;
	}

	get isRuledOut(): boolean {
		return this.evidence < 0;
	}

	created(taskId: string, now: number): void {
		this.createdAt.set(taskId, now);
		for (const [oldest, at] of this.createdAt) {
			if (this.createdAt.size <= MAX_TASKS && at > now - LONGEST_TASK_MS) return;
			this.createdAt.delete(oldest);
		}
	}

	done(taskId: string, now: number): void {
		if (!this.createdAt.delete(taskId)) return;
		this.justDone = this.countJustDone(now) + 1;
		this.doneAt = now;
	}

	/** How many were done a moment ago, whose places have not been used yet. */
	countJustDone(now: number): number {
		return now > this.doneAt + JUST_DONE_MS ? 0 : this.justDone;
	}

	usePlace(): void {
		this.justDone -= 1;
	}

	forgetJustDone(): void {
		this.justDone = 0;
	}

	/** A create was accepted because a task was done. */
	confirm(): void {
		this.evidence = Math.min(MOST_EVIDENCE, this.evidence + 1);
	}

	/** A create sent at `sentAt` was refused although a task was done. */
	doubt(sentAt: number, now: number): void {
		// Refusals of creates that were under way together are one piece of news.
		if (sentAt < this.doubtedAt) return;
		this.doubtedAt = now;
		this.evidence -= 1;
		this.justDone = 0;
	}

	/** A create was accepted: that rules it out if `limit` others are too young to be done. */
	checkAgainst(limit: number, now: number): void {
		if (limit === Infinity || this.isRuledOut) return;
		let young = 0;
		for (const at of this.createdAt.values()) if (now - at < SHORTEST_TASK_MS) young += 1;
		if (young >= limit) this.evidence = -1;
	}
}
