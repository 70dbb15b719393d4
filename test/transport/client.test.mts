import { AxiosError } from 'axios';
import { NodeApiError, type IHttpRequestOptions, type IN8nHttpFullResponse } from 'n8n-workflow';
import type { RequestBody } from '../../nodes/Flux2/api/contract';
import { chargedBy, Flux2Failure, type Failure } from '../../nodes/Flux2/api/failures';
import { Client } from '../../nodes/Flux2/transport/client';
import { RateLimiter } from '../../nodes/Flux2/transport/rateLimiter';
import { useVirtualTime } from './virtualTime.mts';

const KEY = 'aio_secret_0123456789';
const ID = 'n41xxxx_flux2';
const BODY: RequestBody = {
	model: 'flux-2',
	prompt: 'A red fox',
	type: 'pro',
	resolution: '1K',
	aspect_ratio: '1:1',
};

const { now } = useVirtualTime();

type ServiceResponse = Partial<Omit<IN8nHttpFullResponse, 'body'>> & { body?: unknown };
type Handler = (request: IHttpRequestOptions) => Promise<ServiceResponse>;

/** A client that gets these responses one after another, and then always the last one. */
function createClient(responses: ServiceResponse[] | Handler, signal?: AbortSignal) {
	const sent: IHttpRequestOptions[] = [];
	const client = new Client(
		'https://api.example',
		async (request) => {
			sent.push(request);
			const response =
				typeof responses === 'function'
					? await responses(request)
					: responses[Math.min(sent.length, responses.length) - 1];
			return { statusCode: 200, headers: {}, body: '', ...response } as IN8nHttpFullResponse;
		},
		new RateLimiter().forRun(signal),
		(text) => text.replaceAll(KEY, '•••'),
		signal,
	);
	return { client, sent };
}

const inAMinute = () => now() + 60_000;

/** The failure with which a request is rejected. */
async function failureOf(request: Promise<unknown>): Promise<Flux2Failure> {
	const outcome = await request.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (outcome instanceof Flux2Failure) return outcome;
	throw outcome ?? new Error('The request did not fail');
}

const created = { code: 200, data: { task_id: ID, status: 'IN_PROGRESS' } };
const done = { data: { task_id: ID, status: 'SUCCESS', response: ['https://cdn.example/a.png'] } };

/** The error n8n throws when its HTTP client rejects with this code. */
function n8nError(code: string | undefined, more: object = {}): Error {
	const cause = Object.assign(new Error(`connect ${code}`), { code, ...more });
	const error = AxiosError.from(cause, code, { headers: {} } as never);
	return new NodeApiError({ name: 'Flux 2' } as never, error as never);
}

describe('a create request', () => {
	test('is one request that follows no redirect, and returns the task ID', async () => {
		const { client, sent } = createClient([{ body: created }]);
		expect((await client.createTask(BODY, inAMinute())).id).toBe(ID);
		expect(sent).toEqual([
			{
				method: 'POST',
				url: 'https://api.example/api/v1/images/generations',
				body: BODY,
				timeout: 120_000,
				json: true,
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				abortSignal: expect.any(AbortSignal),
			},
		]);
	});

	test('is never sent a second time, whatever the response', async () => {
		const responses: ServiceResponse[] = [
			400, 401, 403, 408, 429, 455, 500, 502, 503, 504, 302,
		].map((statusCode) => ({ statusCode }));
		for (const response of [...responses, { body: '<html>' }, { body: {} }, { body: '{"data":' }]) {
			const { client, sent } = createClient([response, { body: created }]);
			await failureOf(client.createTask(BODY, inAMinute()));
			expect(sent).toHaveLength(1);
		}
	});

	test('is not sent if the run was stopped while it waited for the rate limiter', async () => {
		const { client, sent } = createClient([{ body: created }]);
		const stop = (): void => {
			throw new Flux2Failure({ kind: 'not-created' });
		};
		const { failure } = await failureOf(client.createTask(BODY, inAMinute(), stop));
		expect(failure).toEqual({ kind: 'not-created' });
		expect(sent).toEqual([]);
	});

	test.each<[name: string, response: ServiceResponse, failure: Partial<Failure>, charged: string]>([
		['a wrong API key', { statusCode: 401 }, { kind: 'api-error', code: 401 } as Failure, 'no'],
		['too few credits', { statusCode: 402 }, { kind: 'api-error', code: 402 } as Failure, 'no'],
		['too many requests', { statusCode: 429 }, { kind: 'api-error', code: 429 } as Failure, 'no'],
		[
			'a request timeout of the service',
			{ statusCode: 408 },
			{ kind: 'api-error', code: 408 } as Failure,
			'maybe',
		],
		[
			'an internal error of the service',
			{ statusCode: 500 },
			{ kind: 'api-error', code: 500 } as Failure,
			'maybe',
		],
		[
			'a gateway timeout',
			{ statusCode: 504 },
			{ kind: 'api-error', code: 504 } as Failure,
			'maybe',
		],
		[
			'an error code in the body',
			{ body: { code: 402 } },
			{ kind: 'api-error', code: 402 } as Failure,
			'no',
		],
		[
			'an unknown error code in the body',
			{ body: { code: 1 } },
			{ kind: 'api-error', code: 1 } as Failure,
			'maybe',
		],
		['a redirect', { statusCode: 307 }, { kind: 'redirected' }, 'no'],
		['another redirect', { statusCode: 303 }, { kind: 'redirected' }, 'maybe'],
		['a conflict', { statusCode: 409 }, { kind: 'api-error', code: 409 } as Failure, 'maybe'],
		[
			'a response without a task ID',
			{ body: { data: {} } },
			{ kind: 'unreadable-answer' },
			'maybe',
		],
		['a web page', { body: '<html><title>Hi</title>' }, { kind: 'unreadable-answer' }, 'maybe'],
	])('that gets %s reports whether it was charged', async (_name, response, expected, charged) => {
		const { client } = createClient([response]);
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ step: 'create', ...expected });
		expect(chargedBy(failure)).toBe(charged);
	});

	test.each<[code: string | undefined, more: object, charged: string]>([
		['ECONNREFUSED', { syscall: 'connect' }, 'no'],
		['ECONNREFUSED', {}, 'no'],
		['ENOTFOUND', { syscall: 'getaddrinfo' }, 'no'],
		['EAI_AGAIN', { syscall: 'getaddrinfo' }, 'no'],
		['CERT_HAS_EXPIRED', {}, 'no'],
		['ERR_TLS_CERT_ALTNAME_INVALID', {}, 'no'],
		['ERR_INVALID_CHAR', {}, 'no'],
		['ETIMEDOUT', { syscall: 'connect' }, 'no'],
		['EHOSTUNREACH', { syscall: 'connect' }, 'no'],
		['EHOSTUNREACH', { syscall: 'read' }, 'maybe'],
		['ENETUNREACH', {}, 'maybe'],
		['ETIMEDOUT', {}, 'maybe'],
		['ECONNRESET', { syscall: 'read' }, 'maybe'],
		['ECONNABORTED', {}, 'maybe'],
		['EPIPE', { syscall: 'write' }, 'maybe'],
		['EPROTO', {}, 'maybe'],
		[undefined, {}, 'maybe'],
	])('that fails with %s %j may have been charged: %s', async (code, more, charged) => {
		const { client } = createClient(async () => {
			throw n8nError(code, more);
		});
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ kind: 'no-answer', code: code ?? 'no connection' });
		expect(chargedBy(failure)).toBe(charged);
	});

	test('that gets its response a moment after the execution was stopped still returns the task ID', async () => {
		const stop = new AbortController();
		const { client } = createClient(async () => {
			stop.abort();
			await new Promise((resolve) => setImmediate(resolve));
			return { body: created };
		}, stop.signal);
		expect((await client.createTask(BODY, inAMinute())).id).toBe(ID);
	});

	test('is aborted if it gets no response within a second after the execution was stopped', async () => {
		const stop = new AbortController();
		const { client } = createClient(async ({ abortSignal }) => {
			stop.abort();
			const stoppedAt = now();
			await new Promise((resolve) => abortSignal?.addEventListener?.('abort', resolve));
			expect(now() - stoppedAt).toBeLessThanOrEqual(1_000);
			throw n8nError('ERR_CANCELED');
		}, stop.signal);
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ kind: 'no-answer', sent: true });
	});

	test('is not sent by a stopped execution', async () => {
		const { client, sent } = createClient([{ body: created }], AbortSignal.abort());
		expect((await failureOf(client.createTask(BODY, inAMinute()))).failure.kind).toBe('cancelled');
		expect(sent).toEqual([]);
	});

	test('waits for the Retry-After of an earlier one, and is not sent if that is after the deadline', async () => {
		const rateLimited = { statusCode: 429, headers: { 'retry-after': '30' } };
		const { client, sent } = createClient([rateLimited, { body: created }]);
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ kind: 'api-error', code: 429, retryAfterMs: 30_000 });

		const rateLimitedAt = now();
		const tooShort = await failureOf(client.createTask(BODY, rateLimitedAt + 20_000));
		expect(tooShort.failure).toMatchObject({ kind: 'api-error', code: 429 });
		expect(sent).toHaveLength(1);
		await client.createTask(BODY, rateLimitedAt + 60_000);
		expect(sent).toHaveLength(2);
		expect(now() - rateLimitedAt).toBeGreaterThanOrEqual(30_000);
	});
});

describe('a poll', () => {
	test('is one request, with the ID encoded', async () => {
		const { client, sent } = createClient([{ body: { data: { ...done.data, task_id: 'a/b?c' } } }]);
		expect(await client.getTask('a/b?c')).toMatchObject({ state: 'succeeded', id: 'a/b?c' });
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({
			method: 'GET',
			url: 'https://api.example/api/v1/tasks/a%2Fb%3Fc',
			timeout: 30_000,
			disableFollowRedirect: true,
		});
	});

	test('names its task in every failure', async () => {
		const responses: ServiceResponse[] = [
			{ statusCode: 500 },
			{ statusCode: 301, headers: { location: 'https://other.example/' } },
			{ body: '' },
			{ body: '<html>' },
			{ body: [{ data: { ...done.data, task_id: 'other' } }] },
			{ body: { data: { task_id: 'other', status: 'SUCCESS', response: ['https://x.y/z'] } } },
			{ body: { data: { task_id: ID, status: 'SUCCESS', response: [] } } },
		];
		for (const response of responses) {
			const { client } = createClient([response]);
			const { taskId, failure } = await failureOf(client.getTask(ID));
			expect(taskId).toBe(ID);
			// Nobody knows whether an ID that is not found was ever created.
			expect(chargedBy(failure)).toBe(response.statusCode === 404 ? 'maybe' : 'yes');
		}
		const { client } = createClient(async () => {
			throw n8nError('ECONNRESET');
		});
		expect((await failureOf(client.getTask(ID))).taskId).toBe(ID);
	});

	test('for an unknown task reports that it may have been charged: nobody knows whether it was ever created', async () => {
		const { client } = createClient([{ statusCode: 404 }]);
		const { taskId, failure } = await failureOf(client.getTask(ID));
		expect(taskId).toBe(ID);
		expect(chargedBy(failure)).toBe('maybe');
	});

	test('uses the task rather than an error code next to it', async () => {
		const { client } = createClient([{ body: { code: 501, data: { ...done.data } } }]);
		expect(await client.getTask(ID)).toMatchObject({ state: 'succeeded' });
	});

	test('is aborted as soon as the execution is stopped', async () => {
		const stop = new AbortController();
		const { client } = createClient(async ({ abortSignal }) => {
			const sentAt = now();
			setImmediate(() => stop.abort());
			await new Promise((resolve) => abortSignal?.addEventListener?.('abort', resolve));
			expect(now()).toBe(sentAt);
			throw n8nError('ERR_CANCELED');
		}, stop.signal);
		const { failure, taskId } = await failureOf(client.getTask(ID));
		expect(failure.kind).toBe('cancelled');
		expect(taskId).toBe(ID);
	});
});

test('no failure or task contains the API key, not even a part of it', async () => {
	// Every offset, so that the key also crosses every place where a text may be cut.
	for (let before = 0; before < 600; before += 7) {
		const text = `${'x'.repeat(before)}${KEY}${KEY}`;
		const responses: ServiceResponse[] = [
			{ statusCode: 500, body: { error: { message: text } } },
			{ statusCode: 500, body: text },
			{ statusCode: 502, body: `<html><title>${text}</title>` },
			{ statusCode: 302, headers: { location: `https://${KEY}.example/${text}` } },
			{ body: text },
			{ body: { note: text } },
			{ body: { [text]: 1 } },
			{ body: { data: { status: text } } },
			{ body: { data: { status: 'failed', error: text } } },
			{ body: { data: { status: 'done', note: text } } },
			{ body: { data: { response: [`https://cdn.example/${text}`] } } },
		];
		for (const response of responses)
			for (const step of ['create', 'read'] as const) {
				const { client } = createClient([structuredClone(response)]);
				const request = step === 'read' ? client.getTask(ID) : client.createTask(BODY, inAMinute());
				const outcome = await request.catch((error: Flux2Failure) => error.failure);
				expect(JSON.stringify(outcome)).not.toContain(KEY.slice(0, 6));
			}
	}
});

describe('a poll after another one was told to wait', () => {
	test('without a time limit waits a minute at most for a pause that another was told', async () => {
		const refused = { statusCode: 429, headers: { 'retry-after': '3600' } };
		const { client, sent } = createClient([refused, { body: done }]);
		const first = await failureOf(client.getTask(ID));
		expect(first.failure).toMatchObject({ code: 429, retryAfterMs: 3_600_000 });
		expect(first.failure).not.toHaveProperty('asked');

		const from = now();
		const second = await failureOf(client.getTask(ID));
		expect(now() - from).toBe(60_000);
		expect(second.failure).toMatchObject({ code: 429, asked: 'not at all' });
		expect(second.taskId).toBe(ID);
		expect(sent).toHaveLength(1);
	});

	test('with a time limit waits no longer than that for a pause that another was told', async () => {
		const refused = { statusCode: 429, headers: { 'retry-after': '80' } };
		const { client, sent } = createClient([refused, { body: done }]);
		await failureOf(client.getTask(ID));
		const from = now();
		const { failure } = await failureOf(client.getTask(ID, { deadline: from + 5_000 }));
		expect(now() - from).toBe(5_000);
		expect(failure).toMatchObject({ code: 429, asked: 'not at all' });
		expect(sent).toHaveLength(1);
	});
});
