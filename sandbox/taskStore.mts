import { PRICE_LIST } from '../nodes/Flux2/api/contract.ts';
import { AttemptCounter } from './attemptCounter.mts';
import type { Billing } from './billing.mts';
import type { CallbackSender } from './callbackSender.mts';
import type { Clock } from './clock.mts';
import type { CreateRequest } from './createRequest.mts';
import type { Fault } from './faultTags.mts';
import { faultForAttempt, findFault } from './faultTags.mts';
import type { PendingRequests } from './pendingRequests.mts';
import type { ReferenceImageLoader } from './referenceImages.mts';
import { UnusableReferenceError } from './referenceImages.mts';
import type { SandboxTask } from './task.mts';
import { newImageUrls, newNumericTaskId, newTaskId } from './task.mts';

const SLOW_MS = 45_000;
/** Older tasks are deleted; nobody asks for them any more. */
const MAX_TASKS = 10_000;
const REQUESTED_FAILURE =
	'The model could not make this image: the prompt asked the sandbox to fail';

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

interface Outcome {
	failed: boolean;
	reason?: string;
}

/** Creates tasks, and completes each when its time has come. */
export class TaskStore {
	readonly tasks = new Map<string, SandboxTask>();
	latest: SandboxTask | undefined;
	readonly #images = new Map<string, { task: SandboxTask; index: number }>();
	readonly #outcomes = new WeakMap<SandboxTask, Promise<Outcome>>();
	readonly #attempts = new AttemptCounter();

	constructor(private readonly options: TaskStoreOptions) {}

	/** Charges for a task and starts it. Throws an ApiError when the balance is too low. */
	create(request: CreateRequest, faults: readonly Fault[], numericId = false): SandboxTask {
		const charged = PRICE_LIST[request.mode][request.resolution];
		this.options.billing.charge(charged);
		const createdAt = this.options.clock.now();
		const responseId = numericId ? newNumericTaskId() : newTaskId();
		const readyAt = createdAt + this.#duration(faults);
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
		};
		this.#add(task);
		const attempt = this.#attempts.next(request.prompt);
		const outcome = this.#generate(task, faultForAttempt('task', faults, attempt));
		this.#outcomes.set(task, outcome);
		this.options.pendingRequests.track(outcome);
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
		const outcome = await this.#outcomes.get(task);
		if (task.state !== 'pending' || !outcome) return;
		task.completedAt = this.options.clock.now();
		task.state = outcome.failed ? 'failed' : 'succeeded';
		if (outcome.failed) {
			if (outcome.reason !== undefined) task.reason = outcome.reason;
			task.refunded = task.charged;
			this.options.billing.refund(task.charged);
		}
		void this.options.callbacks.taskCompleted(task);
	}

	/** Everything a task needs but time: its reference images, and whether it is to fail. */
	async #generate(task: SandboxTask, fault: Fault<'task'> | undefined): Promise<Outcome> {
		try {
			task.referenceImages = await this.options.referenceImages.loadAll(task.request.inputUrls);
		} catch (error) {
			if (error instanceof UnusableReferenceError) return { failed: true, reason: error.message };
			throw error;
		}
		if (!fault) return { failed: false };
		return fault.kind === 'failed' ? { failed: true, reason: REQUESTED_FAILURE } : { failed: true };
	}

	#duration(faults: readonly Fault[]): number {
		const usual = this.options.nextSeconds() * 1000;
		const requested = findFault('task', 'takes <n> s', faults);
		if (requested) return requested.number * 1000;
		return findFault('task', 'slow', faults) ? SLOW_MS : usual;
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

const staysPending = (faults: readonly Fault[]): boolean =>
	(['never', 'unknown word', 'unknown word with image'] as const).some((kind) =>
		findFault('task', kind, faults),
	);
