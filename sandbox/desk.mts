import { PRICE_LIST } from '../nodes/Flux2/api/contract.ts';
import type { Trouble } from './askedFor.mts';
import { find, turnOf } from './askedFor.mts';
import type { Books } from './books.mts';
import type { Callbacks } from './callbacks.mts';
import type { Clock } from './clock.mts';
import type { Errands } from './errands.mts';
import type { Order } from './order.mts';
import type { ReferenceReader } from './references.mts';
import { UnusableReference } from './references.mts';
import { Tally } from './tally.mts';
import type { SandboxTask } from './task.mts';
import { newImageUrls, newNumericTaskId, newTaskId } from './task.mts';

const SLOW_MS = 45_000;
/** Older tasks are forgotten; nobody looks at them any more. */
const MOST_TASKS = 10_000;

interface DeskNeeds {
	clock: Clock;
	books: Books;
	references: ReferenceReader;
	callbacks: Callbacks;
	errands: Errands;
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

/** Takes orders, and sees every task from its creation to its end. */
export class Desk {
	readonly tasks = new Map<string, SandboxTask>();
	latest: SandboxTask | undefined;
	readonly #images = new Map<string, { task: SandboxTask; place: number }>();
	readonly #outcomes = new WeakMap<SandboxTask, Promise<Outcome>>();
	readonly #failures = new Tally();

	constructor(private readonly needs: DeskNeeds) {}

	/** Charges for an order and begins with it, or throws the refusal. */
	open(order: Order, troubles: readonly Trouble[], numericId = false): SandboxTask {
		const charged = PRICE_LIST[order.mode][order.resolution];
		this.needs.books.charge(charged);
		const createdAt = this.needs.clock.now();
		const wireId = numericId ? newNumericTaskId() : newTaskId();
		const readyAt = createdAt + this.#duration(troubles);
		const task: SandboxTask = {
			id: String(wireId),
			wireId,
			prompt: order.prompt,
			body: order.body,
			order,
			troubles,
			imageUrls: newImageUrls(this.needs.baseUrl(), troubles),
			createdAt,
			readyAt,
			dueAt: staysPending(troubles) ? Infinity : readyAt,
			charged,
			state: 'pending',
			refunded: 0,
			looks: 0,
			fetches: 0,
			deliveries: [],
			references: [],
		};
		this.#remember(task);
		const outcome = this.#work(task, turnOf('task', troubles, this.#failures.next(order.prompt)));
		this.#outcomes.set(task, outcome);
		this.needs.errands.add(outcome);
		void this.needs.callbacks.created(task);
		if (task.dueAt < Infinity) void this.#follow(task);
		return task;
	}

	/** The task as it is by now; undefined where there is none. */
	async find(id: string): Promise<SandboxTask | undefined> {
		const task = this.tasks.get(id);
		if (task && this.needs.clock.now() >= task.dueAt) await this.#settle(task);
		return task;
	}

	/** The task that an image belongs to, by the image's name without its ending. */
	image(name: string): { task: SandboxTask; place: number } | undefined {
		return this.#images.get(name);
	}

	async #follow(task: SandboxTask): Promise<void> {
		await this.needs.clock.sleep(task.dueAt - task.createdAt);
		if (!this.needs.stopped.aborted) await this.#settle(task);
	}

	/** A look and the clock may both come here; the first of them settles. */
	async #settle(task: SandboxTask): Promise<void> {
		const outcome = await this.#outcomes.get(task);
		if (task.state !== 'pending' || !outcome) return;
		task.settledAt = this.needs.clock.now();
		task.state = outcome.failed ? 'failed' : 'succeeded';
		if (outcome.failed) {
			if (outcome.reason !== undefined) task.reason = outcome.reason;
			task.refunded = task.charged;
			this.needs.books.refund(task.charged);
		}
		void this.needs.callbacks.settled(task);
	}

	/** Everything a task needs but time: its references, and whether it was asked to fail. */
	async #work(task: SandboxTask, failure: Trouble<'task'> | undefined): Promise<Outcome> {
		try {
			task.references = await this.needs.references.fetchAll(task.order.inputUrls);
		} catch (error) {
			if (error instanceof UnusableReference) return { failed: true, reason: error.message };
			throw error;
		}
		if (!failure) return { failed: false };
		return failure.words === 'failed' ? { failed: true, reason: ASKED_TO_FAIL } : { failed: true };
	}

	#duration(troubles: readonly Trouble[]): number {
		const drawn = this.needs.nextSeconds() * 1000;
		const asked = find('task', 'takes <n> s', troubles);
		if (asked) return asked.number * 1000;
		return find('task', 'slow', troubles) ? SLOW_MS : drawn;
	}

	#remember(task: SandboxTask): void {
		this.tasks.set(task.id, task);
		this.latest = task;
		task.imageUrls.forEach((url, place) => this.#images.set(nameOfImage(url), { task, place }));
		for (const [id, oldest] of this.tasks) {
			if (this.tasks.size <= MOST_TASKS) break;
			this.tasks.delete(id);
			for (const url of oldest.imageUrls) this.#images.delete(nameOfImage(url));
		}
	}
}

/** The name of an image: the last part of its path, without its ending. */
export const nameOfImage = (path: string): string =>
	path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');

const ASKED_TO_FAIL = 'The model could not make this image: the prompt asked the sandbox to fail';

const staysPending = (troubles: readonly Trouble[]): boolean =>
	(['never', 'unknown word', 'unknown word with image'] as const).some((words) =>
		find('task', words, troubles),
	);
