import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { Client } from '../../nodes/Flux2/transport/client';
import { RateLimiter } from '../../nodes/Flux2/transport/rateLimiter';

export const KEY = 'aio_secret_0123456789';

/** An answer as it comes over the wire: what is no string is sent as JSON. */
export interface WireAnswer {
	statusCode?: number;
	body?: unknown;
}

/** A client of a service with these answers, one after another, the last for ever. */
export function clientOver(answers: readonly WireAnswer[]) {
	const sent: IHttpRequestOptions[] = [];
	const send = async (request: IHttpRequestOptions): Promise<IN8nHttpFullResponse> => {
		const { statusCode = 200, body } = answers[Math.min(sent.length, answers.length - 1)] ?? {};
		sent.push(request);
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		return { statusCode, headers: {}, body: text as never };
	};
	const redact = (text: string) => text.replaceAll(KEY, '•••');
	const client = new Client('https://api.example', send, new RateLimiter().forRun(), redact);
	return { client, sent };
}

/** What it failed with. */
export async function failureOf(work: Promise<unknown>): Promise<Flux2Failure> {
	const outcome = await work.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (outcome instanceof Flux2Failure) return outcome;
	throw outcome ?? new Error('It did not fail');
}
