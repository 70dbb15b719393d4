import { type FaultGroup, type Fault, images, errorAfter } from '../fault.mts';

/** A failed poll that is repeated: the image arrives, and is paid for once. */
const recovers = (title: string, tags: string): Fault => ({
	title,
	prompts: [`A red fox ${tags}`],
	outcome: images(1),
});

/** The task is paid for but the node gives up: the user is shown its ID and how to get it. */
const failsWithTaskId = (title: string, tags: string, shows: RegExp[]): Fault => ({
	title,
	prompts: [`A red fox ${tags}`],
	run: { parameters: { options: { timeoutSeconds: 60 } } },
	outcome: errorAfter(1),
	shows: [/Get Task operation in a separate workflow \(task ID n41\w+\)/, ...shows],
	neverShows: [/Nothing was charged/],
});

export const poll: FaultGroup = {
	title: 'Polling the task',
	faults: [
		...[408, 425, 429, 455, 500, 502, 503, 504].map((status) =>
			recovers(`three polls fail with ${status}`, `[poll: ${status} x3]`),
		),
		recovers('polls fail with 503 and a date in Retry-After', '[poll: 503 x2 retry date 7]'),
		recovers('polls fail with 429 and seconds in Retry-After', '[poll: 429 x2 retry after 7]'),
		recovers('polls get status 200 with an error code 500 in the body', '[poll: code 500 x2]'),
		recovers('the service does not know a new task for a while', '[poll: 404 x3]'),
		recovers('the connection of polls is reset', '[poll: reset x3]'),
		recovers('a poll never gets a response', '[poll: silence once]'),
		recovers('responses to polls are truncated', '[poll: half a body x2]'),
		recovers('half of the response to a poll comes 20 seconds late', '[poll: slow body once]'),
		recovers('a proxy responds to polls with a web page and status 200', '[poll: html x2]'),
		recovers('a proxy responds to polls with a web page and status 502', '[poll: html 502 x2]'),
		recovers('responses to polls are not JSON', '[poll: broken json x2]'),
		recovers('responses to polls are empty', '[poll: empty x2]'),
		recovers('polls return the task of somebody else', '[poll: wrong id x2]'),
		recovers('the status goes backwards', '[task: backwards]'),
		recovers('the status is unknown to this package at first', '[task: unknown word then done]'),
		recovers('there is no status, only the image', '[task: no word]'),
		recovers('the status is a number', '[task: numeric status]'),
		recovers(
			'at the time limit the task has an image and an unknown status',
			'[task: unknown word with image]',
		),
		failsWithTaskId('the API key is rejected while polling', '[poll: 401]', [/Invalid API key/]),
		failsWithTaskId('polls are redirected to another host', '[poll: redirect]', [
			/to protect your API key/,
		]),
		failsWithTaskId('the status stays unknown to this package', '[task: unknown word]', [
			/"REVIEWING"/,
		]),
		failsWithTaskId('the task is never done', '[task: never]', [/not ready after 60 seconds/]),
		failsWithTaskId('every poll fails with 500', '[poll: 500]', [/500 Internal server error/]),
		failsWithTaskId('no poll ever gets a response', '[poll: silence]', [/no answer \(time-out\)/]),
		failsWithTaskId('every poll returns the task of somebody else', '[poll: wrong id]', [
			/not ready after 60 seconds/,
		]),
		{
			title: 'the service never knows the task',
			prompts: ['A red fox [poll: 404]'],
			outcome: errorAfter(1),
			shows: [/Task not found \(task n41\w+\)/, /may have been charged/],
			neverShows: [/Nothing was charged/, /still in progress/],
		},
		{
			title: 'the task is done but has no image',
			prompts: ['A red fox [task: done without image]'],
			outcome: errorAfter(1),
			shows: [/contains no image \(task n41\w+\)/, /may have been charged/],
			neverShows: [/Nothing was charged/],
		},
		{
			title: 'the task fails and is refunded',
			prompts: ['A red fox [task: failed]'],
			outcome: { ...errorAfter(1), credits: 0 },
			shows: [/Image generation failed: The model could not make this image.*\(task n41\w+\)/],
		},
		{
			title: 'the task fails without a reason',
			prompts: ['A red fox [task: failed without reason]'],
			outcome: { ...errorAfter(1), credits: 0 },
			shows: [/no reason given \(task n41\w+\)/],
		},
		{
			title: 'the reason of a failure contains a word that n8n takes for a network error',
			prompts: ['A red fox [task: failed]'],
			intercept: ({ step, body }) => {
				const { data } = body as { data: Record<string, unknown> };
				if (step === 'create' || data.status !== 'FAILED') return undefined;
				return { body: { data: { ...data, error: 'A preexisting image was found' } } };
			},
			outcome: { ...errorAfter(1), credits: 0 },
			shows: [/Image generation failed: A preexisting image was found \(task n41\w+\)/],
			neverShows: [/The file or directory already exists/],
		},
		{
			title: 'responses to polls have the status "error", which is about the poll and not the task',
			prompts: ['A red fox'],
			run: { retryOnFail: true },
			intercept: ({ step, attempt }) =>
				step === 'poll' && attempt < 3
					? { body: { status: 'error', message: 'Internal error' } }
					: undefined,
			outcome: images(1),
		},
		{
			title: 'the response to a poll is 1 MB of nonsense around the image',
			prompts: ['A red fox'],
			intercept: ({ step, body }) => {
				if (step === 'create') return undefined;
				const { data } = body as { data: object };
				const noise = Array.from({ length: 20_000 }, (_, index) => ({
					id: index,
					url: 'x'.repeat(30),
				}));
				return { body: { noise, data: { ...data, request: noise, images: noise } } };
			},
			outcome: images(1),
		},
		{
			title: 'the response to a poll is nested 100,000 levels deep',
			prompts: ['A red fox'],
			intercept: ({ step, attempt }) => {
				if (step === 'create' || attempt > 2) return undefined;
				const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
				return { body: `{"data":{"id":${deep},"task_id":"other","response":${deep}}}` };
			},
			outcome: images(1),
		},
		{
			title: 'Retry-After of a poll is long after the time limit',
			prompts: ['A red fox [poll: 429 once retry after 9999]'],
			run: { parameters: { options: { timeoutSeconds: 60 } } },
			outcome: errorAfter(1),
			shows: [
				/not ready after 60 seconds/,
				/Get Task operation in a separate workflow \(task ID n41\w+\)/,
			],
		},
	],
};
