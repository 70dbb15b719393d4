import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { chargedBy, Flux2Failure, type Failure } from '../../nodes/Flux2/api/failures';
import { toNodeError, operationError } from '../../nodes/Flux2/transport/nodeErrors';
import { errorMessage } from '../../nodes/Flux2/transport/errorMessages';

const NODE = {
	name: 'Flux 2',
	type: 'n8n-nodes-flux2.flux2',
	typeVersion: 1,
	parameters: {},
} as unknown as INode;
const ID = 'n41xxxx_flux2';
const ORDER = { prompt: 'A red fox', sentAt: '2026-11-22T12:00:00.000Z' };

const create = (code: number, words = ''): Failure => ({
	kind: 'api-error',
	step: 'create',
	code,
	text: words,
});
const look = (code: number, words = ''): Failure =>
	({ ...create(code, words), step: 'poll' }) as Failure;
const unanswered = (step: 'create' | 'poll', sent: boolean): Failure => ({
	kind: 'no-answer',
	step,
	code: 'ECONNRESET',
	sent,
});

const FREE = 'Nothing was charged.';
const DOUBT =
	'This image may have been charged, so it was not ordered again. It asked for "A red fox" at 2026-11-22T12:00:00.000Z. Look it up in your API in One account before you run the workflow again.';
const GET_TASK =
	'The image is ordered and not lost: run the operation "Get Task" with the task ID n41xxxx_flux2, or retry this execution, which goes on with this task.';

/** Failures of an order: nobody knows a task yet. */
const orders: Array<[Failure, message: string, description: string]> = [
	[
		{ kind: 'invalid-input', problem: 'The prompt is empty', advice: 'Write one.' },
		'The prompt is empty',
		`Write one. ${FREE}`,
	],
	[
		create(401, 'Invalid API key'),
		'API in One refused the API key',
		`Check the key in the API in One credential. It says: "Invalid API key". ${FREE}`,
	],
	[
		create(403),
		'API in One refused the API key',
		`Check the key in the API in One credential. ${FREE}`,
	],
	[
		create(402),
		'Your API in One account does not have enough credits',
		`Top up the account, then press "Retry" in the list of executions. ${FREE}`,
	],
	[
		create(422, 'ratio'),
		'API in One did not accept the request: ratio',
		`Check the fields of this node. ${FREE}`,
	],
	[create(400), 'API in One did not accept the request', `Check the fields of this node. ${FREE}`],
	[
		create(404),
		'API in One does not know this address',
		`Check the base URL in the credential: for the real service it is https://apiin.one. ${FREE}`,
	],
	[create(429), 'API in One takes no more requests at the moment', `Try again later. ${FREE}`],
	[
		{ kind: 'api-error', step: 'create', code: 429, text: 'slow down', retryAfterMs: 79_500 },
		'API in One takes no more requests at the moment',
		`Try again in 80 seconds. It says: "slow down". ${FREE}`,
	],
	[
		{ kind: 'api-error', step: 'create', code: 429, text: '', asked: 'not at all' },
		'API in One takes no more requests at the moment',
		`It asked to wait for longer than the time limit, so this request was not sent. Try again later. ${FREE}`,
	],
	[
		{ kind: 'daily-credit-limit', limit: 500, spent: 498, credits: 5 },
		'Daily credit limit reached: 500 credits in 24 hours',
		`This image costs an estimated 5 credits, and this n8n process has used 498 in the last 24 hours. Raise "Daily Credit Limit" in the API in One credential, or try again later. ${FREE}`,
	],
	[
		{ kind: 'api-error', step: 'create', code: 429, text: '', asked: 'again' },
		'API in One takes no more requests at the moment',
		`It was asked again until the time limit. Raise "Timeout (Seconds)", or lower "Max Parallel". ${FREE}`,
	],
	[create(455), 'API in One is under maintenance', `Try again later. ${FREE}`],
	[create(503), 'API in One is under maintenance', DOUBT],
	[create(500), 'API in One answered with an error (500)', DOUBT],
	[
		{ kind: 'redirected', step: 'create', host: 'other.example' },
		'API in One sent the request on to another address',
		`It was not followed to other.example, to protect your API key. Check the base URL in the credential. ${FREE}`,
	],
	[unanswered('create', true), 'API in One did not answer', `Reason: ECONNRESET. ${DOUBT}`],
	[
		unanswered('create', false),
		'API in One cannot be reached',
		`Reason: ECONNRESET. Check the network of n8n and the base URL in the credential. ${FREE}`,
	],
	[
		{ kind: 'unreadable-answer', step: 'create', excerpt: '{"ok":true}' },
		'API in One gave an answer that cannot be read',
		`The answer was: {"ok":true}. ${DOUBT}`,
	],
	[
		{ kind: 'unconfirmed', sentAt: ORDER.sentAt },
		'An earlier try may already have paid for this image',
		`It was sent at ${ORDER.sentAt}, and no clear answer came. To order it again all the same, press "Retry" in the list of executions. ${DOUBT}`,
	],
	[{ kind: 'not-created' }, 'Not ordered, because another image of this run failed', FREE],
	[{ kind: 'cancelled' }, 'The execution was cancelled', FREE],
];

/** Failures of a task that exists. */
const tasks: Array<[Failure, message: string, description: string]> = [
	[
		look(401),
		`API in One refused the API key (task ${ID})`,
		`Check the key in the API in One credential. ${GET_TASK}`,
	],
	[
		look(404, 'Not found'),
		`API in One knows no task with this ID (task ${ID})`,
		'Check the task ID, and that the credential is of the account that ordered it. It says: "Not found". If one of your workflows ordered it, it may have been charged: look it up in your API in One account.',
	],
	[
		look(500),
		`API in One answered with an error (500) (task ${ID})`,
		`Try again later. ${GET_TASK}`,
	],
	[
		unanswered('poll', true),
		`API in One did not answer (task ${ID})`,
		`Reason: ECONNRESET. ${GET_TASK}`,
	],
	[
		{ kind: 'redirected', step: 'poll', host: 'other.example' },
		`API in One sent the request on to another address (task ${ID})`,
		`It was not followed to other.example, to protect your API key. Check the base URL in the credential. ${GET_TASK}`,
	],
	[
		{ kind: 'unreadable-answer', step: 'poll', excerpt: 'a web page' },
		`API in One gave an answer that cannot be read (task ${ID})`,
		`The answer was: a web page. ${GET_TASK}`,
	],
	[
		{ kind: 'task-failed', providerStatus: 'FAILED', reason: 'unsafe' },
		`The image could not be made: unsafe (task ${ID})`,
		'API in One says it bills only successful images, so this one should be free. Change the prompt or the reference images and run it again.',
	],
	[
		{ kind: 'no-image', providerStatus: 'SUCCESS', excerpt: '{}' },
		`The task is done, but the answer names no image (task ${ID})`,
		`The answer was: {}. It may have been charged. To look at it again, run the operation "Get Task" with the task ID ${ID}, or ask API in One about it.`,
	],
	[
		{
			kind: 'timeout',
			seconds: 300,
			providerStatus: 'REVIEWING',
			lastError: 'no answer (ECONNRESET)',
		},
		`The image was not ready after 300 seconds (task ${ID})`,
		`Its last status was "REVIEWING". The last look failed: no answer (ECONNRESET). ${GET_TASK}`,
	],
	[
		{ kind: 'timeout', seconds: 300, providerStatus: '' },
		`The image was not ready after 300 seconds (task ${ID})`,
		GET_TASK,
	],
	[
		{ kind: 'cancelled' },
		`The execution was cancelled (task ${ID})`,
		`The image is ordered and not lost: run the operation "Get Task" with the task ID ${ID}. To run the workflow again would order another one.`,
	],
	[
		{ kind: 'unexpected', text: 'x is not a function' },
		`Something unexpected went wrong: x is not a function (task ${ID})`,
		GET_TASK,
	],
];

const orderErrors = orders.map(
	([failure, ...says]) => [new Flux2Failure(failure, undefined, ORDER), ...says] as const,
);
const taskErrors = tasks.map(
	([failure, ...says]) => [new Flux2Failure(failure, ID), ...says] as const,
);
const named = [...orderErrors, ...taskErrors].map(
	(row) => [row[1], JSON.stringify(row[0].failure), ...row] as const,
);

describe('a failure says what happened, what it cost, and what to do', () => {
	test.each(named)('%s: %s', (_title, _failure, error, message, description) => {
		expect(errorMessage(error)).toEqual({ message, description });
		const shown = toNodeError(NODE, error, 3);
		expect(shown.message).toBe(message);
		expect(shown.description).toBe(description);
		expect(shown.context.itemIndex).toBe(3);
	});

	test('a task that exists is never said to be free, save where the service said that it failed', () => {
		for (const [error] of taskErrors) {
			const { message, description } = errorMessage(error);
			expect(message).toContain(ID);
			expect(description).not.toContain(FREE);
		}
	});

	test('an order is said to be free only where nothing can have been charged', () => {
		for (const [error] of orderErrors)
			expect(errorMessage(error).description.includes(FREE)).toBe(
				chargedBy(error.failure) === 'no',
			);
	});
});

describe('the error as n8n has it', () => {
	test('bears the code of a refusal, and nothing of the request', () => {
		const shown = toNodeError(NODE, new Flux2Failure(create(402, 'no credits')));
		expect(shown).toBeInstanceOf(NodeApiError);
		expect((shown as NodeApiError).httpCode).toBe('402');
		expect(JSON.stringify({ ...shown, node: undefined })).not.toMatch(/headers|authorization/i);
	});

	test.each([
		'A preexisting image was found',
		'ECONNRESET',
		'the model ended with ETIMEDOUT',
		'getaddrinfo',
	])('keeps a reason that n8n takes for a network error: %s', (reason) => {
		const failed = new Flux2Failure({ kind: 'task-failed', providerStatus: 'FAILED', reason }, ID);
		expect(toNodeError(NODE, failed).message).toBe(
			`The image could not be made: ${reason} (task ${ID})`,
		);
		const refused = new Flux2Failure(create(422, reason));
		expect(toNodeError(NODE, refused).message).toContain(reason);
		const sentences = { message: `1 of 2 images failed: ${reason}`, description: 'all' };
		expect(operationError(NODE, sentences).message).toBe(sentences.message);
	});

	test('is handed on where it is one already, and made of anything else', () => {
		const own = new NodeOperationError(NODE, 'as it was');
		expect(toNodeError(NODE, own)).toBe(own);
		expect(toNodeError(NODE, new Error('a defect'), 2)).toMatchObject({
			message: 'a defect',
			context: { itemIndex: 2 },
		});
		expect(toNodeError(NODE, 'just words').message).toBe('just words');
	});
});
