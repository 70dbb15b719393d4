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

type Answer = Partial<Omit<IN8nHttpFullResponse, 'body'>> & { body?: unknown };
type Sender = (request: IHttpRequestOptions) => Promise<Answer>;

/** A client whose requests are answered one after another, the last answer for ever. */
function clientOf(answers: Answer[] | Sender, signal?: AbortSignal) {
	const sent: IHttpRequestOptions[] = [];
	const client = new Client(
		'https://api.example',
		async (request) => {
			sent.push(request);
			const answer =
				typeof answers === 'function'
					? await answers(request)
					: answers[Math.min(sent.length, answers.length) - 1];
			return { statusCode: 200, headers: {}, body: '', ...answer } as IN8nHttpFullResponse;
		},
		new RateLimiter().forRun(signal),
		(text) => text.replaceAll(KEY, '•••'),
		signal,
	);
	return { client, sent };
}

const inAMinute = () => now() + 60_000;

/** What it failed with. */
async function failureOf(work: Promise<unknown>): Promise<Flux2Failure> {
	const outcome = await work.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (outcome instanceof Flux2Failure) return outcome;
	throw outcome ?? new Error('It did not fail');
}

const created = { code: 200, data: { task_id: ID, status: 'IN_PROGRESS' } };
const done = { data: { task_id: ID, status: 'SUCCESS', response: ['https://cdn.example/a.png'] } };

/** As n8n hands on what its HTTP client rejected with. */
function asN8n(code: string | undefined, more: object = {}): Error {
	const cause = Object.assign(new Error(`connect ${code}`), { code, ...more });
	const error = AxiosError.from(cause, code, { headers: {} } as never);
	return new NodeApiError({ name: 'Flux 2' } as never, error as never);
}

describe('an order', () => {
	test('is one request, which follows no redirect, and gives the task ID', async () => {
		const { client, sent } = clientOf([{ body: created }]);
		expect(await client.createTask(BODY, inAMinute())).toBe(ID);
		expect(sent).toEqual([
			{
				method: 'POST',
				url: 'https://api.example/api/v1/images/generations',
				body: BODY,
				timeout: 120_000,
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				abortSignal: expect.any(AbortSignal),
			},
		]);
	});

	test('is never sent a second time, whatever comes back', async () => {
		const answers: Answer[] = [400, 401, 403, 408, 429, 455, 500, 502, 503, 504, 302].map(
			(statusCode) => ({ statusCode }),
		);
		for (const answer of [...answers, { body: '<html>' }, { body: {} }, { body: '{"data":' }]) {
			const { client, sent } = clientOf([answer, { body: created }]);
			await failureOf(client.createTask(BODY, inAMinute()));
			expect(sent).toHaveLength(1);
		}
	});

	test('does not go out if that was decided while it waited for its turn', async () => {
		const { client, sent } = clientOf([{ body: created }]);
		const stop = (): void => {
			throw new Flux2Failure({ kind: 'not-created' });
		};
		const { failure } = await failureOf(client.createTask(BODY, inAMinute(), stop));
		expect(failure).toEqual({ kind: 'not-created' });
		expect(sent).toEqual([]);
	});

	test.each<[name: string, answer: Answer, failure: Partial<Failure>, charged: string]>([
		['a wrong key', { statusCode: 401 }, { kind: 'api-error', code: 401 } as Failure, 'no'],
		['no credits', { statusCode: 402 }, { kind: 'api-error', code: 402 } as Failure, 'no'],
		['too many', { statusCode: 429 }, { kind: 'api-error', code: 429 } as Failure, 'no'],
		['a time-out there', { statusCode: 408 }, { kind: 'api-error', code: 408 } as Failure, 'maybe'],
		['an error there', { statusCode: 500 }, { kind: 'api-error', code: 500 } as Failure, 'maybe'],
		['a gateway', { statusCode: 504 }, { kind: 'api-error', code: 504 } as Failure, 'maybe'],
		['a code inside', { body: { code: 402 } }, { kind: 'api-error', code: 402 } as Failure, 'no'],
		[
			'a strange code inside',
			{ body: { code: 1 } },
			{ kind: 'api-error', code: 1 } as Failure,
			'maybe',
		],
		['a redirect', { statusCode: 307 }, { kind: 'redirected' }, 'no'],
		['an answer without an ID', { body: { data: {} } }, { kind: 'unreadable-answer' }, 'maybe'],
		['a page', { body: '<html><title>Hi</title>' }, { kind: 'unreadable-answer' }, 'maybe'],
	])('answered with %s says whether it was charged', async (_name, answer, expected, charged) => {
		const { client } = clientOf([answer]);
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
	])('that ends in %s %j may have been charged: %s %s', async (code, more, charged) => {
		const { client } = clientOf(async () => {
			throw asN8n(code, more);
		});
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ kind: 'no-answer', code: code ?? 'no connection' });
		expect(chargedBy(failure)).toBe(charged);
	});

	test('that is answered a moment after the execution was stopped still gives its task ID', async () => {
		const stop = new AbortController();
		const { client } = clientOf(async () => {
			stop.abort();
			await new Promise((resolve) => setImmediate(resolve));
			return { body: created };
		}, stop.signal);
		expect(await client.createTask(BODY, inAMinute())).toBe(ID);
	});

	test('that is not answered within a second after the execution was stopped is given up', async () => {
		const stop = new AbortController();
		const { client } = clientOf(async ({ abortSignal }) => {
			stop.abort();
			const stoppedAt = now();
			await new Promise((resolve) => abortSignal?.addEventListener?.('abort', resolve));
			expect(now() - stoppedAt).toBeLessThanOrEqual(1_000);
			throw asN8n('ERR_CANCELED');
		}, stop.signal);
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ kind: 'no-answer', sent: true });
	});

	test('does not go out from a stopped execution', async () => {
		const { client, sent } = clientOf([{ body: created }], AbortSignal.abort());
		expect((await failureOf(client.createTask(BODY, inAMinute()))).failure.kind).toBe('cancelled');
		expect(sent).toEqual([]);
	});

	test('waits as long as another was told to, and is not sent if that is too long', async () => {
		const refused = { statusCode: 429, headers: { 'retry-after': '30' } };
		const { client, sent } = clientOf([refused, { body: created }]);
		const { failure } = await failureOf(client.createTask(BODY, inAMinute()));
		expect(failure).toMatchObject({ kind: 'api-error', code: 429, retryAfterMs: 30_000 });

		const refusedAt = now();
		const tooShort = await failureOf(client.createTask(BODY, refusedAt + 20_000));
		expect(tooShort.failure).toMatchObject({ kind: 'api-error', code: 429 });
		expect(sent).toHaveLength(1);
		await client.createTask(BODY, refusedAt + 60_000);
		expect(sent).toHaveLength(2);
		expect(now() - refusedAt).toBeGreaterThanOrEqual(30_000);
	});
});

describe('a look', () => {
	test('is one request, with the ID encoded', async () => {
		const { client, sent } = clientOf([{ body: { data: { ...done.data, task_id: 'a/b?c' } } }]);
		expect(await client.getTask('a/b?c')).toMatchObject({ state: 'succeeded', id: 'a/b?c' });
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({
			method: 'GET',
			url: 'https://api.example/api/v1/tasks/a%2Fb%3Fc',
			timeout: 30_000,
			disableFollowRedirect: true,
		});
	});

	test('names its task, whatever goes wrong', async () => {
		const answers: Answer[] = [
			{ statusCode: 404 },
			{ statusCode: 500 },
			{ statusCode: 301, headers: { location: 'https://other.example/' } },
			{ body: '' },
			{ body: '<html>' },
			{ body: [done] },
			{ body: { data: { task_id: 'other', status: 'SUCCESS', response: ['https://x.y/z'] } } },
			{ body: { data: { task_id: ID, status: 'SUCCESS', response: [] } } },
		];
		for (const answer of answers) {
			const { client } = clientOf([answer]);
			const { taskId, failure } = await failureOf(client.getTask(ID));
			expect(taskId).toBe(ID);
			expect(chargedBy(failure)).toBe('yes');
		}
		const { client } = clientOf(async () => {
			throw asN8n('ECONNRESET');
		});
		expect((await failureOf(client.getTask(ID))).taskId).toBe(ID);
	});

	test('believes the task rather than a code beside it', async () => {
		const { client } = clientOf([{ body: { code: 501, data: { ...done.data } } }]);
		expect(await client.getTask(ID)).toMatchObject({ state: 'succeeded' });
	});

	test('without a time limit waits a minute at most for a pause that another was told', async () => {
		const refused = { statusCode: 429, headers: { 'retry-after': '3600' } };
		const { client, sent } = clientOf([refused, { body: done }]);
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
		const { client, sent } = clientOf([refused, { body: done }]);
		await failureOf(client.getTask(ID));
		const from = now();
		const { failure } = await failureOf(client.getTask(ID, { deadline: from + 5_000 }));
		expect(now() - from).toBe(5_000);
		expect(failure).toMatchObject({ code: 429, asked: 'not at all' });
		expect(sent).toHaveLength(1);
		expect(await client.getTask(ID, { deadline: from + 90_000 })).toMatchObject({
			state: 'succeeded',
		});
	});

	test('is given up as soon as the execution is stopped', async () => {
		const stop = new AbortController();
		const { client } = clientOf(async ({ abortSignal }) => {
			const begun = now();
			setImmediate(() => stop.abort());
			await new Promise((resolve) => abortSignal?.addEventListener?.('abort', resolve));
			expect(now()).toBe(begun);
			throw asN8n('ERR_CANCELED');
		}, stop.signal);
		const failed = await failureOf(client.getTask(ID));
		expect(failed.failure.kind).toBe('cancelled');
		expect(failed.taskId).toBe(ID);
	});
});

test('the key is in nothing that an answer leads to, not even in part', async () => {
	// So that the key stands across every place at which a text may be cut.
	for (let before = 0; before < 600; before += 7) {
		const text = `${'x'.repeat(before)}${KEY}${KEY}`;
		const answers: Answer[] = [
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
		for (const answer of answers)
			for (const step of ['create', 'read'] as const) {
				const { client } = clientOf([structuredClone(answer)]);
				const work = step === 'read' ? client.getTask(ID) : client.createTask(BODY, inAMinute());
				const seen = await work.catch((error: Flux2Failure) => error.failure);
				expect(JSON.stringify(seen)).not.toContain(KEY.slice(0, 6));
			}
	}
});
