import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { CREATE_PATH, taskPath, type RequestBody } from '../api/contract';
import { shorten } from '../api/excerpt';
import { failureIn, taskNamedIn } from '../api/failedAnswer';
import { Flux2Failure, outcomeOf, type Failure, type Step } from '../api/failures';
import { urlsIn } from '../api/imageUrls';
import { parseJson } from '../api/json';
import { readCreated, readTask } from '../api/readTask';
import { isAboutAnotherTask, type Fields } from '../api/response';
import { isTerminal, type Task } from '../api/task';
import { clock } from './clock';
import { parseRetryAfter } from './delays';
import { exchange, type Send } from './exchange';
import { redacted } from './redact';
import type { Permit, RunLimiter } from './runLimiter';

/** How long an answer may take, in milliseconds of real time. */
export const requestTimeout = {
	/** Long: when the answer to a create is lost, so may be the image that was paid for. */
	create: 120_000,
	poll: 30_000,
};

/** How long a poll waits for its turn, after others were told to wait, where no time limit is given. */
const LONGEST_PAUSE_MS = 60_000;

/** The service, as one credential reaches it. Nothing in here sends a create twice. */
export class Client {
	constructor(
		private readonly baseUrl: string,
		private readonly send: Send,
		private readonly limiter: RunLimiter,
		/** Takes the key out of a text. */
		private readonly redact: (text: string) => string,
		private readonly signal?: AbortSignal,
		private readonly onTaskFailed?: (taskId: string) => void,
	) {}

	/**
	 * Creates a task: exactly one request, or none where `beforeSending`, called when its turn has
	 * come, throws.
	 *
	 * @returns the new task. It may be done or failed already, and is without an id where the service
	 *   answered with images at once.
	 * @throws Flux2Failure; `chargedBy` tells whether it may have cost credits, and `taskId` is there
	 *   where such an answer names a task all the same. After `api-error` with code 429, and only then,
	 *   the same request may be sent again.
	 */
	async createTask(body: RequestBody, deadline: number, beforeSending?: () => void): Promise<Task> {
		const request = {
			method: 'POST' as const,
			url: CREATE_PATH,
			body: body as unknown as IDataObject,
			timeout: requestTimeout.create,
		};
		const answer = await this.request('create', deadline, request, beforeSending);
		const task = readCreated(answer, urlsIn(body));
		if (task !== undefined) {
			if (!isTerminal(task)) this.limiter.taskCreated(task.id);
			return task;
		}
		throw new Flux2Failure({ kind: 'unreadable-answer', step: 'create', excerpt: shorten(answer) });
	}

	/**
	 * Reads a task: exactly one request, which costs nothing. Waits for its turn until `deadline` (ms
	 * since the epoch; a minute from now by default), then for the response at most `timeoutMs`.
	 *
	 * @param options.sent URLs of the request that made the task, which are never taken for its result.
	 * @throws Flux2Failure with the task id.
	 */
	async getTask(
		taskId: string,
		options: { deadline?: number; timeoutMs?: number; sent?: readonly string[] } = {},
	): Promise<Task> {
		const { deadline = clock.now() + LONGEST_PAUSE_MS, sent } = options;
		const { timeoutMs = requestTimeout.poll } = options;
		const read = await outcomeOf(this.fetchTask(taskId, deadline, timeoutMs, sent));
		if ('value' in read ? isTerminal(read.value) : read.failure.failure.kind === 'no-image')
			this.limiter.taskDone(taskId);
		if ('value' in read) {
			if (read.value.state === 'failed') this.onTaskFailed?.(taskId);
			return read.value;
		}
		throw new Flux2Failure(read.failure.failure, taskId);
	}

	private async fetchTask(
		taskId: string,
		deadline: number,
		timeout: number,
		sent?: readonly string[],
	): Promise<Task> {
		const answer = await this.request('poll', deadline, {
			method: 'GET',
			url: taskPath(taskId),
			timeout,
		});
		if (typeof answer !== 'object' || answer === null || isAboutAnotherTask(answer, taskId))
			throw new Flux2Failure({ kind: 'unreadable-answer', step: 'poll', excerpt: shorten(answer) });
		return readTask(answer, taskId, sent);
	}

	private async request(
		step: Step,
		deadline: number,
		options: Partial<IHttpRequestOptions> & { url: string; timeout: number },
		beforeSending?: () => void,
	): Promise<unknown> {
		const permit = await this.limiter.acquire(step, deadline);
		if (permit === undefined) throw this.stopped(step);
		let isSent = false;
		try {
			beforeSending?.();
			isSent = true;
			return await this.requestWith(permit, step, options);
		} finally {
			permit.abandoned(isSent);
		}
	}

	private async requestWith(
		permit: Permit,
		step: Step,
		options: Partial<IHttpRequestOptions> & { url: string; timeout: number },
	): Promise<unknown> {
		const response = await exchange(
			this.send,
			{ ...options, url: this.baseUrl + options.url },
			{ step, signal: this.signal },
		);
		const { statusCode: status, body, headers } = response;
		const answer = redacted(typeof body === 'string' ? parseJson(body) : body, this.redact);
		const failure =
			status >= 300 && status < 400
				? this.redirected(step, status, headers)
				: failureIn(step, status, answer);
		if (failure === undefined) {
			permit.accepted();
			return answer;
		}
		if (failure.kind === 'api-error') {
			const wait = parseRetryAfter(headers['retry-after'], clock.now());
			if (failure.code === 429) permit.refused(wait);
			if (wait !== undefined) failure.retryAfterMs = wait;
		}
		if (failure.kind !== 'api-error' || failure.code !== 429) permit.accepted();
		const taskId = step === 'create' ? taskNamedIn(failure, answer) : undefined;
		throw new Flux2Failure(failure, taskId || undefined);
	}

	private stopped(step: Step): Flux2Failure {
		if (this.signal?.aborted) return new Flux2Failure({ kind: 'cancelled' });
		return new Flux2Failure({
			kind: 'api-error',
			step,
			code: 429,
			text: '',
			asked: 'not at all',
		});
	}

	private redirected(step: Step, status: number, headers: Fields): Failure {
		const to = this.redact(String(headers.location ?? ''));
		const host = URL.canParse(to, this.baseUrl)
			? new URL(to, this.baseUrl).host
			: 'another address';
		return { kind: 'redirected', step, host, status };
	}
}
