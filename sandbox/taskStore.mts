import { PRICE_LIST } from '../nodes/Flux2/api/contract.ts';
import { AttemptCounter } from './attemptCounter.mts';
import type { Billing } from './billing.mts';
import type { CallbackSender } from './callbackSender.mts';
import type { Clock } from './clock.mts';
import type { CreateRequest } from './createRequest.mts';
import type { Fault } from './faultTags.mts';
import { faultForAttempt } from './faultTags.mts';
import type { PendingRequests } from './pendingRequests.mts';
import type { ReferenceImageLoader } from './referenceImages.mts';
import { UnusableReferenceError } from './referenceImages.mts';
import type { SandboxTask, TaskId } from './task.mts';
import { newImageUrls, newTaskId } from './task.mts';
import { durationOf, staysPending } from './taskDuration.mts';
import { TASK_FAILURES, type TaskFailure } from './taskFailures.mts';

/** Older tasks are deleted; nobody asks for them any more. */
const MAX_TASKS = 10_000;
interface TaskStoreOptions {
	clock: Clock;
	billing: Billing;
	referenceImages: ReferenceImageLoader;
	callbacks: CallbackSender;
	pendingRequests: PendingRequests;
	stopped: AbortSignal;
	/** How long the next task takes. */
	nextSeconds: () => number;
	/** Where image URLs begin. */
	baseUrl: () => string;
}

/** What becomes of a task that is not like any other. */
export interface TaskOptions {
	/** Done as soon as it is created. */
	atOnce?: boolean;
	/** Why it fails. */
	failure?: TaskFailure;
	responseId?: TaskId;
}

/** Creates tasks, and completes each when its time has come. */
export class TaskStore {
	readonly tasks = new Map<string, SandboxTask>();
	latest: SandboxTask | undefined;
	readonly #images = new Map<string, { task: SandboxTask; index: number }>();
	/** Why each task fails, once that is known; undefined for one that succeeds. */
	readonly #failures = new WeakMap<SandboxTask, Promise<TaskFailure | undefined>>();
	readonly #attempts = new AttemptCounter();

	constructor(private readonly options: TaskStoreOptions) {}

	/** Charges for a task and starts it. Throws an ApiError when the balance is too low. */
	create(
		request: CreateRequest,
		faults: readonly Fault[],
		{ atOnce = false, failure, responseId = newTaskId() }: TaskOptions = {},
	): SandboxTask {
		const charged = PRICE_LIST[request.mode][request.resolution];
		this.options.billing.charge(charged);
		const createdAt = this.options.clock.now();
		const usualMs = this.options.nextSeconds() * 1000;
		const readyAt = createdAt + (atOnce ? 0 : durationOf(faults, usualMs));
		const task: SandboxTask = {
			id: String(responseId),
			responseId,
			prompt: request.prompt,
			body: request.body,
			request,
			faults,
			imageUrls: newImageUrls(this.options.baseUrl(), faults),
			createdAt,
			readyAt,
			dueAt: staysPending(faults) ? Infinity : readyAt,
			charged,
			state: 'pending',
			refunded: 0,
			polls: 0,
			downloads: 0,
			deliveries: [],
			referenceImages: [],
			notDownloaded: [],
		};
		this.#add(task);
		const attempt = this.#attempts.next(request.prompt);
		const fault = faultForAttempt('task', faults, attempt);
		const failing = this.#generate(task, failure ?? (fault && TASK_FAILURES[fault.kind]));
		this.#failures.set(task, failing);
		this.options.pendingRequests.track(failing);
		void this.options.callbacks.taskCreated(task);
		if (task.dueAt < Infinity) void this.#completeWhenDue(task);
		return task;
	}

	/** The task in its current state; undefined where there is none. */
	async get(id: string): Promise<SandboxTask | undefined> {
		const task = this.tasks.get(id);
		if (task && this.options.clock.now() >= task.dueAt) await this.#complete(task);
		return task;
	}

	/** The task an image belongs to, and which of its images it is. See `imageNameOf`. */
	findImage(name: string): { task: SandboxTask; index: number } | undefined {
		return this.#images.get(name);
	}

	async #completeWhenDue(task: SandboxTask): Promise<void> {
		await this.options.clock.sleep(task.dueAt - task.createdAt);
		if (!this.options.stopped.aborted) await this.#complete(task);
	}

	/** Called by the clock and by polls; only the first call has an effect. */
	async #complete(task: SandboxTask): Promise<void> {
		const failure = await this.#failures.get(task);
		if (task.state !== 'pending') return;
		task.completedAt = this.options.clock.now();
		task.state = failure ? 'failed' : 'succeeded';
		if (failure) {
			task.failure = failure;
			task.refunded = task.charged;
			this.options.billing.refund(task.charged);
		}
		void this.options.callbacks.taskCompleted(task);
	}

	/** Everything a task needs but time: its reference images. Returns why it fails, if it does. */
	async #generate(
		task: SandboxTask,
		requested: TaskFailure | undefined,
	): Promise<TaskFailure | undefined> {
		try {
			Object.assign(task, await this.options.referenceImages.loadAll(task.request.inputUrls));
		} catch (error) {
			if (error instanceof UnusableReferenceError) return { reason: error.message };
			throw error;
		}
		return requested;
	}

	#add(task: SandboxTask): void {
		this.tasks.set(task.id, task);
		this.latest = task;
		task.imageUrls.forEach((url, index) => this.#images.set(imageNameOf(url), { task, index }));
		for (const [id, oldest] of this.tasks) {
			if (this.tasks.size <= MAX_TASKS) break;
			this.tasks.delete(id);
			for (const url of oldest.imageUrls) this.#images.delete(imageNameOf(url));
		}
	}
}

/** The name of an image: the last part of its path, without the extension. */
export const imageNameOf = (path: string): string =>
	path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
