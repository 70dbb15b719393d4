import { Flux2Failure, outcomeOf } from '../api/failures';
import { isTerminal, type TerminalTask } from '../api/task';
import { clock, pause } from '../transport/clock';
import type { VerifiedCallback } from './handleCallback';

/** The sender gives up after 15 s [upstream], so a callback has to be answered well before. */
const HANDLING_MS = 8_000;

/** Tasks polled at once; the next ones only when all of these are done. */
const BATCH_SIZE = 10;

/** Executions whose open tasks are remembered. */
const MAX_EXECUTIONS = 200;

/** Why a poll did not bring a task that is done. */
export type NotDone = 'not done' | 'unknown task' | 'no answer';

/** A task that is done, or that is done and stays without an image. */
export type DoneTask = TerminalTask | Flux2Failure;

export type CallbackTask = DoneTask | NotDone;

/** The image of a task that is done may appear in its answer some seconds later. */
const NO_IMAGE_RETRIES_MS = [1_000, 2_000];

/**
 * Polls once, quickly; some times more where a task is done without an image. If it stays so, that is a
 * failure of the task.
 *
 * @param sent URLs of the request, which are never taken for its result.
 */
export async function getCallbackTask(
	{ client }: VerifiedCallback,
	taskId: string,
	sent: readonly string[] = [],
): Promise<CallbackTask> {
	const deadline = clock.now() + HANDLING_MS;
	for (const delay of [...NO_IMAGE_RETRIES_MS, undefined]) {
		const timeoutMs = Math.max(1_000, deadline - clock.now());
		const polled = await outcomeOf(client.getTask(taskId, { timeoutMs, sent }));
		if ('value' in polled) return isTerminal(polled.value) ? polled.value : 'not done';
		const { failure } = polled.failure;
		if (failure.kind !== 'no-image')
			return failure.kind === 'api-error' && failure.code === 404 ? 'unknown task' : 'no answer';
		if (delay === undefined) return polled.failure;
		await pause(delay);
	}
	return 'no answer';
}

/** The tasks that one waiting execution waits for, polled by the callbacks that come for it. */
export class OpenTasks {
	/** So that no later callback polls them again. */
	readonly done = new Map<string, DoneTask>();
	isResuming = false;
	/** Tasks that were done without an image at an earlier callback. */
	private readonly withoutImage = new Set<string>();
	/** Under way. Callbacks that come at the same moment share them. */
	private readonly polls = new Map<string, Promise<NotDone | undefined>>();

	private static readonly ofExecution = new Map<string, OpenTasks>();

	/** The open tasks of an execution. The oldest of too many executions are forgotten. */
	static of(executionId: string): OpenTasks {
		const all = OpenTasks.ofExecution;
		const tasks = all.get(executionId) ?? new OpenTasks();
		all.set(executionId, tasks);
		for (const oldest of all.keys()) {
			if (all.size <= MAX_EXECUTIONS) break;
			all.delete(oldest);
		}
		return tasks;
	}

	static forget(executionId: string): void {
		OpenTasks.ofExecution.delete(executionId);
	}

	/**
	 * Polls the tasks that are not known to be done: those the callback names first, then the others in
	 * batches until one of a batch is not done. So each callback polls at most one batch in vain.
	 *
	 * @param open the tasks, each with the URLs of its request.
	 * @returns why not all of them are done; undefined when they are.
	 */
	async poll(
		callback: VerifiedCallback,
		open: ReadonlyMap<string, readonly string[]>,
	): Promise<NotDone | undefined> {
		const named = new Set(callback.taskIds);
		const toPoll = [...open.keys()].filter((id) => !this.done.has(id));
		const namedFirst = [
			...toPoll.filter((id) => named.has(id)),
			...toPoll.filter((id) => !named.has(id)),
		];
		for (let from = 0; from < namedFirst.length; from += BATCH_SIZE) {
			const batch = namedFirst.slice(from, from + BATCH_SIZE);
			const polled = await Promise.all(
				batch.map(async (id) => await this.share(callback, id, open.get(id), named.has(id))),
			);
			const notDone = polled.find((why) => why !== undefined);
			if (notDone !== undefined) return notDone;
		}
		return undefined;
	}

	private async share(
		callback: VerifiedCallback,
		id: string,
		sent: readonly string[] | undefined,
		isNamed: boolean,
	): Promise<NotDone | undefined> {
		if (this.done.has(id)) return undefined;
		const earlier = this.polls.get(id);
		if (earlier !== undefined) {
			const notDone = await earlier;
			if (notDone === undefined || !isNamed) return notDone;
			// It was sent before this callback came, so it may have missed what the callback is about.
			const later = this.polls.get(id);
			if (later !== undefined) return await later;
		}
		const poll = this.pollOne(callback, id, sent).finally(() => this.polls.delete(id));
		this.polls.set(id, poll);
		return await poll;
	}

	private async pollOne(
		callback: VerifiedCallback,
		id: string,
		sent: readonly string[] | undefined,
	): Promise<NotDone | undefined> {
		const task = await getCallbackTask(callback, id, sent);
		if (typeof task === 'string') return task;
		if (task instanceof Flux2Failure && !this.withoutImage.has(id)) {
			// Its image may still come: the sender tries again, and then it counts.
			this.withoutImage.add(id);
			return 'no answer';
		}
		this.done.set(id, task);
		return undefined;
	}
}
