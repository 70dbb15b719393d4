import type { IDataObject, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { CREATE_PATH, taskPath, type RequestBody } from '../api/contract';
import { errorIn, idOf, isFields, payloadOf, shorten, type Fields } from '../api/response';
import { Flux2Failure, outcomeOf, type Step } from '../api/failures';
import { isAboutAnotherTask, describesTask, isTerminal, readTask, type Task } from '../api/task';
import { clock, pause } from './clock';
import { parseRetryAfter } from './delays';
import { redacted } from './redact';
import type { Permit, RunLimiter } from './runLimiter';

/** How long an answer may take, in milliseconds of real time. */
export const requestTimeout = {
	/** Long: when the answer to a create is lost, so may be the image that was paid for. */
	create: 120_000,
	look: 30_000,
};

/** How long a read waits for its turn, after others were told to wait, where no time limit is given. */
const LONGEST_PAUSE_MS = 60_000;

/** How long a cancelled execution still waits for the answer of a create, in milliseconds. */
const GRACE_MS = 700;

/** Sends a request with the key; n8n adds it. Rejects only when no HTTP answer came. */
export type Send = (request: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

/** Codes of requests that cannot have reached the service, so that nothing can have been charged. */
const NOT_SENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ERR_TLS_\w+|CERT_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|UNABLE_TO_\w+|ERR_INVALID_URL|ERR_INVALID_CHAR)$/;

/** Why no answer came, and whether the request may have arrived all the same. */
function noAnswerReason(error: unknown): { code: string; sent: boolean } {
	const chain: Fields[] = [];
	for (let at = error; isFields(at) && chain.length < 4; at = at.cause) chain.push(at);
	const code = chain
		.flatMap((at) => [at.code, at.httpCode])
		.find((one): one is string => typeof one === 'string' && /^[A-Z]\w+$/.test(one));
	// EHOSTUNREACH, ETIMEDOUT and the like say nothing by themselves: a route may also be lost later.
	const isConnecting = chain.some(({ syscall }) => syscall === 'connect');
	return {
		code: code ?? 'no connection',
		sent: !isConnecting && (code === undefined || !NOT_SENT.test(code)),
	};
}

/** The service, as one credential reaches it. Nothing in here sends a create twice. */
export class Client {
	constructor(
		private readonly baseUrl: string,
		private readonly send: Send,
		private readonly limiter: RunLimiter,
		/** Takes the key out of a text. */
		private readonly redact: (text: string) => string,
		private readonly signal?: AbortSignal,
	) {}

	/**
	 * Creates a task: exactly one request, or none where `beforeSending`, called when its turn has
	 * come, throws.
	 *
	 * @returns the task's id.
	 * @throws Flux2Failure; `chargedBy` tells whether it may have cost credits. After `api-error` with
	 *   code 429, and only then, the same order may be sent again.
	 */
	async createTask(
		body: RequestBody,
		deadline: number,
		beforeSending?: () => void,
	): Promise<string> {
		const request = {
			method: 'POST' as const,
			url: CREATE_PATH,
			body: body as unknown as IDataObject,
			timeout: requestTimeout.create,
		};
		const answer = await this.request('create', deadline, request, beforeSending);
		const taskId = idOf(payloadOf(answer)) ?? (isFields(answer) ? idOf(answer) : undefined);
		if (taskId === undefined)
			throw new Flux2Failure({
				kind: 'unreadable-answer',
				step: 'create',
				excerpt: shorten(answer),
			});
		this.limiter.taskCreated(taskId);
		return taskId;
	}

	/**
	 * Reads a task: exactly one request, which costs nothing. Waits for its turn until `deadline` (ms
	 * since the epoch; a minute from now by default), then for the answer at most `patienceMs`.
	 *
	 * @throws Flux2Failure with the task id.
	 */
	async getTask(
		taskId: string,
		limits: { deadline?: number; patienceMs?: number } = {},
	): Promise<Task> {
		const { deadline = clock.now() + LONGEST_PAUSE_MS, patienceMs = requestTimeout.look } = limits;
		const read = await outcomeOf(this.fetchTask(taskId, deadline, patienceMs));
		if ('value' in read ? isTerminal(read.value) : read.failure.failure.kind === 'no-image')
			this.limiter.taskDone(taskId);
		if ('value' in read) return read.value;
		throw new Flux2Failure(read.failure.failure, taskId);
	}

	private async fetchTask(taskId: string, deadline: number, timeout: number): Promise<Task> {
		const answer = await this.request('poll', deadline, {
			method: 'GET',
			url: taskPath(taskId),
			timeout,
		});
		if (!isFields(answer) || isAboutAnotherTask(answer, taskId))
			throw new Flux2Failure({ kind: 'unreadable-answer', step: 'poll', excerpt: shorten(answer) });
		return readTask(answer, taskId);
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
		const response = await this.exchange(step, options);
		const { statusCode: status } = response;
		const answer = redacted(response.body, this.redact);
		if (status >= 300 && status < 400) throw this.redirected(step, response.headers);
		const error = errorIn(status, answer);
		const isTask = step === 'poll' && status < 300 && describesTask(answer);
		if (error !== undefined && !isTask) {
			const wait = parseRetryAfter(response.headers['retry-after'], clock.now());
			if (error.code === 429) permit.refused(wait);
			else permit.accepted();
			throw new Flux2Failure({
				kind: 'api-error',
				step,
				code: error.code,
				text: error.text.slice(0, 300),
				...(wait === undefined ? {} : { retryAfterMs: wait }),
			});
		}
		permit.accepted();
		return answer;
	}

	private async exchange(
		step: Step,
		options: Partial<IHttpRequestOptions> & { url: string; timeout: number },
	): Promise<IN8nHttpFullResponse> {
		// n8n's own time-out only counts silence: a body that drips in would be waited for for ever.
		const tooLong = AbortSignal.timeout(options.timeout);
		const patienceEnds = step === 'create' ? this.afterGrace() : this.cancelled();
		const [answer] = await Promise.allSettled([
			this.send({
				...options,
				url: this.baseUrl + options.url,
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				// The key must not follow a redirect to another host.
				disableFollowRedirect: true,
				abortSignal: AbortSignal.any([tooLong, patienceEnds.signal]),
			}),
		]);
		patienceEnds.release();
		if (answer.status === 'fulfilled') return answer.value;
		if (this.signal?.aborted && step === 'poll') throw new Flux2Failure({ kind: 'cancelled' });
		const why = tooLong.aborted ? { code: 'time-out', sent: true } : noAnswerReason(answer.reason);
		throw new Flux2Failure({ kind: 'no-answer', step, ...why });
	}

	private cancelled(): { signal: AbortSignal; release: () => void } {
		return { signal: this.signal ?? new AbortController().signal, release: () => undefined };
	}

	/** A create is not torn off by a cancelled execution at once: its answer names what was bought. */
	private afterGrace(): { signal: AbortSignal; release: () => void } {
		const end = new AbortController();
		const onCancel = (): void => void pause(GRACE_MS).then(() => end.abort());
		this.signal?.addEventListener('abort', onCancel, { once: true });
		return {
			signal: end.signal,
			release: () => this.signal?.removeEventListener('abort', onCancel),
		};
	}

	private stopped(step: Step): Flux2Failure {
		if (this.signal?.aborted) return new Flux2Failure({ kind: 'cancelled' });
		return new Flux2Failure({ kind: 'api-error', step, code: 429, text: '', asked: 'not at all' });
	}

	private redirected(step: Step, headers: Fields): Flux2Failure {
		const to = this.redact(String(headers.location ?? ''));
		const host = URL.canParse(to, this.baseUrl)
			? new URL(to, this.baseUrl).host
			: 'another address';
		return new Flux2Failure({ kind: 'redirected', step, host });
	}
}
