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
const REQUEST = { prompt: 'A red fox', sentAt: '2026-11-22T12:00:00.000Z' };

const create = (code: number, text = ''): Failure => ({
	kind: 'api-error',
	step: 'create',
	code,
	text,
});
const poll = (code: number, text = ''): Failure =>
	({ ...create(code, text), step: 'poll' }) as Failure;
const noAnswer = (step: 'create' | 'poll', sent: boolean): Failure => ({
	kind: 'no-answer',
	step,
	code: 'ECONNRESET',
	sent,
});

const NOT_CHARGED = 'Nothing was charged.';
const MAY_BE_CHARGED =
	'This image may have been charged, so it was not requested again. It asked for "A red fox" at 2026-11-22T12:00:00.000Z. Check your API in One account before you run the workflow again.';
const GET_TASK =
	'The image is still in progress. Get it with the Get Task operation in a separate workflow (task ID n41xxxx_flux2), or retry this execution. Running this node again generates, and charges for, a new image.';
const GET_TASK_AGAIN = 'Run Get Task again later: it is free and generates no new image.';

/** Failures of a create request: there is no task ID yet. */
const createFailures: Array<[Failure, message: string, description: string]> = [
	[
		{ kind: 'invalid-input', problem: 'The prompt is empty', advice: 'Write one.' },
		'The prompt is empty',
		`${NOT_CHARGED} Write one.`,
	],
	[
		{ kind: 'credit-limit', credits: 45, held: 0, limit: 40 },
		'Estimated cost of 45 credits exceeds Max Credits (40)',
		`${NOT_CHARGED} Raise Max Credits under Options, choose a lower resolution or mode Pro, or send fewer items.`,
	],
	[
		{ kind: 'credit-limit', credits: 45, held: 20, limit: 40 },
		'Estimated cost of 45 credits exceeds Max Credits (40)',
		`${NOT_CHARGED} 20 of them were already requested in this execution. Raise Max Credits under Options, choose a lower resolution or mode Pro, or send fewer items.`,
	],
	[
		{ kind: 'daily-credit-limit', credits: 45, held: 80, limit: 100 },
		'Another 45 credits would exceed the daily credit limit (100)',
		`${NOT_CHARGED} This n8n process has requested images for 80 credits in the last 24 hours. Raise the limit in the API in One credential, or wait.`,
	],
	[
		create(401, 'No such key'),
		'Invalid API key',
		`${NOT_CHARGED} Check the key in the API in One credential. API in One says: "No such key".`,
	],
	[create(403), 'Invalid API key', `${NOT_CHARGED} Check the key in the API in One credential.`],
	[
		create(402),
		'Your API in One account does not have enough credits',
		`${NOT_CHARGED} Top up the account, then retry this execution from the executions list.`,
	],
	[
		create(422, 'ratio'),
		'API in One rejected the request: ratio',
		`${NOT_CHARGED} Check the fields of this node.`,
	],
	[create(400), 'API in One rejected the request', `${NOT_CHARGED} Check the fields of this node.`],
	[
		create(422, 'The prompt was blocked'),
		'API in One refused the content: The prompt was blocked',
		`${NOT_CHARGED} The prompt or a reference image was probably refused, so the same request will be refused again. Change it first.`,
	],
	[
		create(404),
		'API in One does not know this address',
		`${NOT_CHARGED} Check the base URL in the credential: for API in One it is https://apiin.one.`,
	],
	[create(429), 'API in One rate limit reached', `${NOT_CHARGED} Try again later.`],
	[create(455), 'API in One is under maintenance', `${NOT_CHARGED} Try again later.`],
	[create(503), 'API in One is under maintenance', MAY_BE_CHARGED],
	[create(500), 'API in One returned an error (500)', MAY_BE_CHARGED],
	[
		create(500, 'oops'),
		'API in One returned an error (500)',
		`${MAY_BE_CHARGED} API in One says: "oops".`,
	],
	[
		{ kind: 'blocked-by-firewall', step: 'create', text: 'error code: 1010' },
		'The firewall of API in One blocked the request',
		`${NOT_CHARGED} This is not about your API key: the firewall does not accept the address of your n8n instance. Ask API in One to allow it. API in One says: "error code: 1010".`,
	],
	[
		{ kind: 'redirected', step: 'create', host: 'other.example', status: 307 },
		'API in One redirected the request',
		`${NOT_CHARGED} The redirect to other.example was not followed, to protect your API key. Check the base URL in the credential.`,
	],
	[
		{ kind: 'redirected', step: 'create', host: 'other.example', status: 303 },
		'API in One redirected the request',
		`${MAY_BE_CHARGED} The redirect to other.example was not followed, to protect your API key. Check the base URL in the credential.`,
	],
	[noAnswer('create', true), 'API in One did not answer', `${MAY_BE_CHARGED} Reason: ECONNRESET.`],
	[
		noAnswer('create', false),
		'API in One cannot be reached',
		`${NOT_CHARGED} Reason: ECONNRESET. Check the network of n8n and the base URL in the credential.`,
	],
	[
		{ kind: 'unreadable-answer', step: 'create', excerpt: '{"ok":true}' },
		'Unexpected response from API in One',
		`${MAY_BE_CHARGED} The response was: {"ok":true}.`,
	],
	[
		{ kind: 'unconfirmed', sentAt: REQUEST.sentAt },
		'An earlier attempt may already have been charged for this image',
		`${MAY_BE_CHARGED} It was sent at ${REQUEST.sentAt}. To generate the image all the same, retry this execution from the executions list.`,
	],
	[
		{ kind: 'unconfirmed', sentAt: REQUEST.sentAt, reason: 'API in One did not answer' },
		'An earlier attempt may already have been charged for this image',
		`${MAY_BE_CHARGED} It was sent at ${REQUEST.sentAt} and ended with: API in One did not answer. To generate the image all the same, retry this execution from the executions list.`,
	],
	[{ kind: 'not-created' }, 'Not generated, because another image of this run failed', NOT_CHARGED],
	[{ kind: 'cancelled' }, 'The execution was cancelled', NOT_CHARGED],
];

/** Failures of a task that the node itself has created. */
const taskFailures: Array<[Failure, message: string, description: string]> = [
	[
		poll(401),
		`Invalid API key (task ${ID})`,
		`${GET_TASK} Check the key in the API in One credential.`,
	],
	[
		poll(404, 'Not found'),
		`Task not found (task ${ID})`,
		'If one of your workflows created this task, it may have been charged: check your API in One account. Check the task ID, and that the credential belongs to the account that created the task. API in One says: "Not found".',
	],
	[poll(500), `API in One returned an error (500) (task ${ID})`, GET_TASK],
	[
		create(500),
		`API in One returned an error (500) (task ${ID})`,
		`The image may have been charged, and the response names task ${ID}. Get it with the Get Task operation in a separate workflow (task ID ${ID}) before you run the workflow again.`,
	],
	[
		{
			kind: 'unconfirmed',
			sentAt: REQUEST.sentAt,
			reason: 'API in One returned an error (502)',
		},
		`An earlier attempt may already have been charged for this image (task ${ID})`,
		`The image may have been charged, and the response names task ${ID}. Get it with the Get Task operation in a separate workflow (task ID ${ID}) before you run the workflow again. It was sent at ${REQUEST.sentAt} and ended with: API in One returned an error (502). To generate the image all the same, retry this execution from the executions list.`,
	],
	[
		noAnswer('poll', true),
		`API in One did not answer (task ${ID})`,
		`${GET_TASK} Reason: ECONNRESET.`,
	],
	[
		{ kind: 'redirected', step: 'poll', host: 'other.example', status: 302 },
		`API in One redirected the request (task ${ID})`,
		`${GET_TASK} The redirect to other.example was not followed, to protect your API key. Check the base URL in the credential.`,
	],
	[
		{ kind: 'unreadable-answer', step: 'poll', excerpt: 'a web page' },
		`Unexpected response from API in One (task ${ID})`,
		`${GET_TASK} The response was: a web page.`,
	],
	[
		{ kind: 'task-failed', providerStatus: 'FAILED', reason: 'no luck' },
		`Image generation failed: no luck (task ${ID})`,
		'API in One bills successful images only, so this one should be free. Change the prompt or the reference images and try again.',
	],
	[
		{ kind: 'task-failed', providerStatus: 'FAILED', reason: 'NSFW content' },
		`Image generation failed: NSFW content (task ${ID})`,
		'API in One bills successful images only, so this one should be free. The prompt or a reference image was probably refused for its content, so the same request will be refused again. Change it first.',
	],
	[
		{ kind: 'no-image', providerStatus: 'SUCCESS', excerpt: '{}' },
		`The task is completed, but the response contains no image (task ${ID})`,
		`The image may have been charged. Get it with the Get Task operation in a separate workflow (task ID ${ID}), or ask API in One about it. The response was: {}.`,
	],
	[
		{
			kind: 'timeout',
			seconds: 300,
			providerStatus: 'REVIEWING',
			lastError: 'no answer (ECONNRESET)',
		},
		`The image was not ready after 300 seconds (task ${ID})`,
		`${GET_TASK} Its last status was "REVIEWING". The last status check failed: no answer (ECONNRESET).`,
	],
	[
		{ kind: 'timeout', seconds: 300, providerStatus: '' },
		`The image was not ready after 300 seconds (task ${ID})`,
		GET_TASK,
	],
	[
		{ kind: 'cancelled' },
		`The execution was cancelled (task ${ID})`,
		`The image is still in progress. Get it with the Get Task operation in a separate workflow (task ID ${ID}). Running the workflow again generates, and charges for, a new image.`,
	],
	[
		{ kind: 'unexpected', text: 'x is not a function' },
		`Unexpected error: x is not a function (task ${ID})`,
		GET_TASK,
	],
];

/** Failures of Get Task, and of the trigger: they know nothing of the request. */
const getTaskFailures: typeof taskFailures = [
	[
		poll(401),
		`Invalid API key (task ${ID})`,
		`${GET_TASK_AGAIN} Check the key in the API in One credential.`,
	],
	[
		poll(404),
		`Task not found (task ${ID})`,
		'If one of your workflows created this task, it may have been charged: check your API in One account. Check the task ID, and that the credential belongs to the account that created the task.',
	],
	[poll(429), `API in One rate limit reached (task ${ID})`, GET_TASK_AGAIN],
	[
		poll(500, 'oops'),
		`API in One returned an error (500) (task ${ID})`,
		`${GET_TASK_AGAIN} API in One says: "oops".`,
	],
	[poll(503), `API in One is under maintenance (task ${ID})`, GET_TASK_AGAIN],
	[
		noAnswer('poll', true),
		`API in One did not answer (task ${ID})`,
		`${GET_TASK_AGAIN} Reason: ECONNRESET.`,
	],
	[
		noAnswer('poll', false),
		`API in One cannot be reached (task ${ID})`,
		`${GET_TASK_AGAIN} Reason: ECONNRESET. Check the network of n8n and the base URL in the credential.`,
	],
	[
		{ kind: 'unreadable-answer', step: 'poll', excerpt: 'a web page' },
		`Unexpected response from API in One (task ${ID})`,
		`${GET_TASK_AGAIN} The response was: a web page.`,
	],
	[
		{ kind: 'timeout', seconds: 300, providerStatus: 'IN_PROGRESS' },
		`The image was not ready after 300 seconds (task ${ID})`,
		`${GET_TASK_AGAIN} Its last status was "IN_PROGRESS".`,
	],
	[
		{ kind: 'task-failed', providerStatus: 'FAILED', reason: 'no luck' },
		`Image generation failed: no luck (task ${ID})`,
		'API in One bills successful images only, so this one should be free. Change the prompt or the reference images and try again.',
	],
	[
		{ kind: 'no-image', providerStatus: 'SUCCESS', excerpt: '{}' },
		`The task is completed, but the response contains no image (task ${ID})`,
		'The image may have been charged. Run Get Task later, which is free, or ask API in One about it. The response was: {}.',
	],
	[{ kind: 'cancelled' }, `The execution was cancelled (task ${ID})`, GET_TASK_AGAIN],
	[
		{ kind: 'unexpected', text: 'x is not a function' },
		`Unexpected error: x is not a function (task ${ID})`,
		GET_TASK_AGAIN,
	],
];

const createErrors = createFailures.map(
	([failure, ...texts]) => [new Flux2Failure(failure, undefined, REQUEST), ...texts] as const,
);
const taskErrors = taskFailures.map(
	([failure, ...texts]) => [new Flux2Failure(failure, ID, REQUEST), ...texts] as const,
);
const getTaskErrors = getTaskFailures.map(
	([failure, ...texts]) => [new Flux2Failure(failure, ID), ...texts] as const,
);
const titled = [...createErrors, ...taskErrors, ...getTaskErrors].map(
	(row) => [row[1], JSON.stringify(row[0].failure), ...row] as const,
);

describe('an error message says what happened, whether it was charged, and what to do', () => {
	test.each(titled)('%s: %s', (_title, _failure, error, message, description) => {
		expect(errorMessage(error)).toEqual({ message, description });
		const shown = toNodeError(NODE, error, 3);
		expect(shown.message).toBe(message);
		expect(shown.description).toBe(description);
		expect(shown.context.itemIndex).toBe(3);
	});

	test('a task that exists is never reported as not charged', () => {
		for (const [error] of [...taskErrors, ...getTaskErrors]) {
			const { message, description } = errorMessage(error);
			expect(message).toContain(ID);
			expect(description).not.toContain(NOT_CHARGED);
		}
	});

	test('a create request is reported as not charged only where nothing can have been charged', () => {
		for (const [error] of createErrors)
			expect(errorMessage(error).description.includes(NOT_CHARGED)).toBe(
				chargedBy(error.failure) === 'no',
			);
	});
});

test.each([
	['restarted', 'n8n restarted this execution, so no image was generated again'],
	['retry', 'The execution you retried was interrupted, so no image was generated again'],
] as const)('a %s execution is told where its images are', (by, message) => {
	const shown = errorMessage(new Flux2Failure({ kind: 'restarted', by }));
	expect(shown.message).toBe(message);
	for (const words of [
		'may have been charged',
		'"Flux 2 created task …"',
		'Get Task',
		'retry this',
	])
		expect(shown.description).toContain(words);
});

describe('the n8n error of a failure', () => {
	test('has the HTTP code of the response, and nothing of the request', () => {
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
	])('keeps a reason that n8n would replace as a network error: %s', (reason) => {
		const taskFailed = new Flux2Failure(
			{ kind: 'task-failed', providerStatus: 'FAILED', reason },
			ID,
		);
		expect(toNodeError(NODE, taskFailed).message).toBe(
			`Image generation failed: ${reason} (task ${ID})`,
		);
		const rejected = new Flux2Failure(create(422, reason));
		expect(toNodeError(NODE, rejected).message).toContain(reason);
		const message = { message: `1 of 2 images failed: ${reason}`, description: 'all' };
		expect(operationError(NODE, message).message).toBe(message.message);
	});

	test.each<[Failure, cause: string | undefined]>([
		[{ kind: 'invalid-input', problem: '', advice: '' }, 'configuration-invalid'],
		[create(422), 'configuration-invalid'],
		[poll(404), 'configuration-invalid'],
		[create(401), 'credential-invalid'],
		[create(402), 'quota-exhausted'],
		[{ kind: 'daily-credit-limit', credits: 5, held: 0, limit: 1 }, 'quota-exhausted'],
		[create(429), 'rate-limited'],
		[create(455), 'temporarily-unavailable'],
		[poll(500), 'temporarily-unavailable'],
		[noAnswer('create', true), 'temporarily-unavailable'],
		[noAnswer('create', false), 'temporarily-unavailable'],
		[{ kind: 'timeout', seconds: 1, providerStatus: '' }, 'temporarily-unavailable'],
		[{ kind: 'unexpected', text: '' }, 'node-defect'],
		[{ kind: 'task-failed', providerStatus: 'FAILED', reason: '' }, undefined],
		[{ kind: 'cancelled' }, undefined],
	])("of %j has n8n's cause %s", (failure, cause) => {
		expect(toNodeError(NODE, new Flux2Failure(failure)).failure?.cause).toBe(cause);
	});

	test('says how long the rate limit lasts, where API in One has said it', () => {
		const failure = { ...create(429), retryAfterMs: 7_000 } as Failure;
		expect(toNodeError(NODE, new Flux2Failure(failure)).failure).toEqual({
			cause: 'rate-limited',
			retryAfterMs: 7_000,
		});
	});

	test('is the error itself where it is an n8n error already, and is created from anything else', () => {
		const own = new NodeOperationError(NODE, 'as it was');
		expect(toNodeError(NODE, own)).toBe(own);
		expect(toNodeError(NODE, new Error('a defect'), 2)).toMatchObject({
			message: 'a defect',
			context: { itemIndex: 2 },
		});
		expect(toNodeError(NODE, 'just words').message).toBe('just words');
	});
});
