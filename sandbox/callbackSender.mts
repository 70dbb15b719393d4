import axios from 'axios';
import type { queueAsPromised } from 'fastq';
import fastq from 'fastq';
import { JSON_TYPE } from './brokenResponses.mts';
import { callbackBodyFor, type CallbackStage } from './callbackBodies.mts';
import type { Clock } from './clock.mts';
import { findFault } from './faultTags.mts';
import { isLoopback } from './loopback.mts';
import { toJson } from './json.mts';
import type { PendingRequests } from './pendingRequests.mts';
import type { SandboxTask } from './task.mts';

/** One attempt to deliver a callback. */
export interface Delivery {
	at: number;
	body: unknown;
	/** The status of the receiver's response; undefined where none came. */
	status?: number;
	error?: string;
}

const TIMEOUT_MS = 15_000;
/** Before the second and the third attempt. */
const RETRY_DELAYS_MS = [2_000, 10_000];
const EARLY_MS = 1_000;
const LATE_MS = 30_000;
const EARLIER_STAGES = ['text', 'first'] as const;
const CONCURRENCY = 20;
/** Further callbacks are dropped: nobody responds to the ones before them. */
const MAX_QUEUED = 5_000;

/** Sends the result of a task to its callback URL, with the faults that its prompt asks for. */
export class CallbackSender {
	readonly #queue: queueAsPromised<{ url: string; body: unknown }, Delivery> = fastq.promise(
		async ({ url, body }) => await this.#post(url, body),
		CONCURRENCY,
	);

	constructor(
		private readonly clock: Clock,
		private readonly stopped: AbortSignal,
		private readonly pendingRequests: PendingRequests,
	) {}

	/** To be called once, when a task has been created. */
	async taskCreated(task: SandboxTask): Promise<void> {
		const duration = task.readyAt - task.createdAt;
		if (findFault('callback', 'early', task.faults)) {
			await this.clock.sleep(Math.min(EARLY_MS, duration / 2));
			await this.#send(task);
		}
		if (!findFault('callback', 'stages', task.faults)) return;
		for (const stage of EARLIER_STAGES) {
			await this.clock.sleep(duration / (EARLIER_STAGES.length + 1));
			await this.#send(task, stage);
		}
	}

	/** To be called once, when a task has succeeded or failed. */
	async taskCompleted(task: SandboxTask): Promise<void> {
		if (findFault('callback', 'late', task.faults)) await this.clock.sleep(LATE_MS);
		const count = findFault('callback', 'twice', task.faults) ? 2 : 1;
		await Promise.all(Array.from({ length: count }, async () => await this.#send(task)));
	}

	async #send(task: SandboxTask, stage: CallbackStage = 'complete'): Promise<void> {
		const url = task.request.callbackUrl;
		if (url === undefined || !isLoopback(url)) return;
		if (findFault('callback', 'never', task.faults)) return;
		const body = callbackBodyFor(task, this.clock.now(), stage);
		const delays = findFault('callback', 'no retry', task.faults) ? [] : RETRY_DELAYS_MS;
		for (const delay of [...delays, undefined]) {
			const queued = this.#queue.length() + this.#queue.running();
			if (this.stopped.aborted || queued >= MAX_QUEUED) return;
			const delivering = this.#queue.push({ url, body });
			this.pendingRequests.track(delivering);
			const delivery = await delivering;
			task.deliveries.push(delivery);
			const { status } = delivery;
			if ((status !== undefined && status >= 200 && status < 300) || delay === undefined) return;
			await this.clock.sleep(delay);
		}
	}

	async #post(url: string, body: unknown): Promise<Delivery> {
		const at = this.clock.now();
		try {
			const { status } = await axios.post(url, toJson(body), {
				headers: { 'content-type': JSON_TYPE },
				timeout: TIMEOUT_MS,
				signal: this.stopped,
				proxy: false,
				maxRedirects: 0,
				validateStatus: () => true,
			});
			return { at, body, status };
		} catch (error) {
			return { at, body, error: error instanceof Error ? error.message : String(error) };
		}
	}
}
