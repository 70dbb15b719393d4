import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { Flux2Failure, type Step } from '../api/failures';
import { isFields, type Fields } from '../api/response';
import { pause } from './clock';

/** How long a cancelled execution still waits for the answer of a create, in milliseconds. */
const GRACE_MS = 700;

/** Sends a request with the key; n8n adds it. Rejects only when no HTTP answer came. */
export type Send = (request: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

/**
 * A cancelled execution does not abort a create at once: its response names what was paid for.
 *
 * @returns a signal, and what stops listening for the cancel.
 */
function afterGrace(cancel: AbortSignal): { signal: AbortSignal; release: () => void } {
	const end = new AbortController();
	const onCancel = (): void => void pause(GRACE_MS).then(() => end.abort());
	cancel.addEventListener('abort', onCancel, { once: true });
	return {
		signal: end.signal,
		release: () => cancel.removeEventListener('abort', onCancel),
	};
}

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

const cancelled = (): Flux2Failure => new Flux2Failure({ kind: 'cancelled' });

const noAnswer = (step: Step, why: { code: string; sent: boolean }): Flux2Failure =>
	new Flux2Failure({ kind: 'no-answer', step, ...why });

/**
 * One request and its response, read to the end within `timeout`.
 *
 * @param signal aborted when the execution is cancelled.
 * @throws Flux2Failure `no-answer` | `cancelled`
 */
export async function exchange(
	send: Send,
	options: Partial<IHttpRequestOptions> & { url: string; timeout: number },
	{ step, signal = new AbortController().signal }: { step: Step; signal?: AbortSignal },
): Promise<IN8nHttpFullResponse> {
	// n8n's own time-out only counts silence: a body that drips in would be waited for for ever.
	const tooLong = AbortSignal.timeout(options.timeout);
	const cancel = step === 'create' ? afterGrace(signal) : { signal, release: () => undefined };
	try {
		return await send({
			...options,
			json: true,
			// Read here and not by n8n, which would round a long task ID that is written as a number.
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The key must not follow a redirect to another host.
			disableFollowRedirect: true,
			abortSignal: AbortSignal.any([tooLong, cancel.signal]),
		});
	} catch (error) {
		if (signal.aborted && step === 'poll') throw cancelled();
		throw noAnswer(
			step,
			tooLong.aborted ? { code: 'time-out', sent: true } : noAnswerReason(error),
		);
	} finally {
		cancel.release();
	}
}
