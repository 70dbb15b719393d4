import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { RequestBody } from '../nodes/Flux2/api/contract.ts';
import type { Outcome } from '../nodes/Flux2/api/failures.ts';
import type { Task } from '../nodes/Flux2/api/task.ts';
import { Client, type Send } from '../nodes/Flux2/transport/client.ts';
import { isLoopback } from '../nodes/Flux2/transport/reachability.ts';
import { redacted } from '../nodes/Flux2/transport/redact.ts';
import { RateLimiter } from '../nodes/Flux2/transport/rateLimiter.ts';
import { outcomeOf } from './outcome.mts';
import { bodyOf, keepHeaders, type Answer } from './recording.mts';
import type { Secrets } from './secrets.mts';

/** No account has it. */
const WRONG_KEY = 'aio_wrong_key_of_the_live_check';

/** The one the credential test of the node looks at, so that this is what gets tried. */
export const UNKNOWN_TASK = 'n8n-credential-test';

/** Longer than any answer of JSON. */
const MAX_BYTES = 10_000_000;

/** How the node's client is made here: only what it sends with differs. */
export const clientOf = (
	baseUrl: string,
	send: Send,
	hide: (text: string) => string,
	limiter = new RateLimiter().forRun(),
): Client => new Client(baseUrl, send, limiter, hide);

/** What the node made of an answer, and the answer itself where one came. */
export interface Asked<T> {
	outcome: Outcome<T>;
	answer?: Answer;
}

/** The service as the node reaches it, with every answer kept as it came. */
export class Service {
	readonly #heard: Answer[] = [];
	readonly #client: Client;
	readonly #stranger: Client;

	constructor(baseUrl: string, apiKey: string, secrets: Secrets) {
		const limiter = new RateLimiter().forRun();
		const withKey = (key: string) =>
			clientOf(baseUrl, sender(key, secrets, this.#heard), secrets.hide, limiter);
		this.#client = withKey(apiKey);
		this.#stranger = withKey(WRONG_KEY);
	}

	/** Exactly one request, which may be charged. */
	async create(body: RequestBody): Promise<Asked<string>> {
		return await this.#asked(this.#client.createTask(body, Number.POSITIVE_INFINITY));
	}

	/** Costs nothing. */
	async look(taskId: string): Promise<Asked<Task>> {
		return await this.#asked(this.#client.getTask(taskId));
	}

	/** Costs nothing, and nobody. */
	async lookWithWrongKey(): Promise<Asked<Task>> {
		return await this.#asked(this.#stranger.getTask(UNKNOWN_TASK));
	}

	async #asked<T>(work: Promise<T>): Promise<Asked<T>> {
		const outcome = await outcomeOf(work);
		const answer = this.#heard.splice(0).at(-1);
		return { outcome, ...(answer === undefined ? {} : { answer }) };
	}
}

/** Sends once. Node's `fetch` would not do: it sends a request again that was answered with 421. */
function sender(apiKey: string, secrets: Secrets, heard: Answer[]): Send {
	return async (request: IHttpRequestOptions) => {
		const response = await axios.request<string>({
			method: request.method ?? 'GET',
			url: request.url,
			headers: { Authorization: `Bearer ${apiKey}`, Accept: 'application/json' },
			data: request.body,
			responseType: 'text',
			transformResponse: (text: string) => text,
			maxRedirects: 0,
			maxContentLength: MAX_BYTES,
			validateStatus: () => true,
			signal: request.abortSignal as AbortSignal,
			...directly(request.url),
		});
		const { status: statusCode, headers } = response;
		const body = bodyOf(response.data);
		heard.push({
			status: statusCode,
			...keepHeaders(headers, secrets.hide),
			body: redacted(structuredClone(body), secrets.hide),
		});
		return { statusCode, headers: { ...headers }, body } as IN8nHttpFullResponse;
	};
}

/**
 * Every request on a connection of its own: one that was kept while somebody thought about the price
 * may be dead, and an order sent into it is an order in doubt.
 */
export const directly = (url: string) => ({
	httpAgent: new HttpAgent({ keepAlive: false }),
	httpsAgent: new HttpsAgent({ keepAlive: false }),
	...(isLoopback(url) ? { proxy: false as const } : {}),
});
