/**
 * Every answer that the service's own pages, sites of its family and its upstream show, one row each,
 * and what has to be read of it. Grades as in `contract.ts`.
 */
export const ID = 'n41xxxx_flux2';
export const A = 'https://cdn.example/a.png';
export const B = 'https://cdn.example/b.png';
/** A reference image of the request. */
export const SENT = 'https://shop.example/sent-by-user.png';

export type Row = [name: string, answer: object, expected: object];

const wrapped = (data: unknown): object => ({ code: 200, message: 'success', data });
const echo = { prompt: 'A red fox', input_urls: [SENT] };
const written = (value: unknown): string => JSON.stringify(value);

/** Answers to a create. `expected` is the new task. */
export const CREATED: Row[] = [
	['newest page [own]', wrapped({ task_id: ID, status: 'IN_PROGRESS' }), { id: ID }],
	[
		'another route, without a status [own]',
		{ code: 200, msg: 'success', data: { taskId: ID } },
		{ id: ID },
	],
	['at the root [own]', { task_id: ID, status: 'pending', model: 'flux-2' }, { id: ID }],
	[
		'older page [own]',
		{ id: ID, status: 'pending', model: 'flux-2', created_at: '2026-02-24T12:00:00Z' },
		{ id: ID },
	],
	[
		'at the root, without data [family]',
		{ code: 200, message: 'success', task_id: ID },
		{ id: ID },
	],
	['workId beside the number of a row [family]', wrapped({ id: 7, workId: ID }), { id: ID }],
	['data is the ID', { code: 200, msg: 'success', data: ID }, { id: ID }],
	['data is JSON in a string', { code: 200, data: written({ taskId: ID }) }, { id: ID }],
	['the ID is a number', wrapped({ task_id: 81723 }), { id: '81723' }],
	['courtesy in place of a status', wrapped({ task_id: ID, status: 'success' }), { id: ID }],
	[
		'an address to poll, which is no image',
		{ task_id: ID, status: 'success', polling_url: 'https://api.example/tasks/1' },
		{ id: ID, state: 'pending' },
	],
];

/** Answers to a create that need no poll. */
export const FINISHED_AT_ONCE: Row[] = [
	[
		'images at once, without a task [own]',
		wrapped({ status: 'SUCCESS', images: [A] }),
		{ state: 'succeeded', id: '', imageUrls: [A] },
	],
	['images alone', { images: [{ url: A }] }, { state: 'succeeded', id: '', imageUrls: [A] }],
	[
		'a list of images in data',
		{ created: 1_767_225_600, data: [{ url: A }, { url: B }] },
		{ state: 'succeeded', id: '', imageUrls: [A, B] },
	],
	[
		'images and a task',
		wrapped({ task_id: ID, status: 'SUCCESS', images: [A], consumed_credits: 5 }),
		{ state: 'succeeded', id: ID, imageUrls: [A], creditsCharged: 5 },
	],
	[
		'images under a key that nobody knows, without a task',
		{ status: 'completed', picture: A },
		{ state: 'succeeded', id: '', imageUrls: [A], unknownKeys: ['picture'] },
	],
	[
		'a task that has failed',
		wrapped({ task_id: ID, status: 'FAILED', error: 'nsfw' }),
		{ state: 'failed', id: ID, reason: 'nsfw' },
	],
];

/** Answers to a poll of a task that is still being made. */
export const PENDING: Row[] = [
	['IN_PROGRESS [own]', wrapped({ task_id: ID, status: 'IN_PROGRESS' }), { state: 'pending' }],
	[
		'images null [family]',
		wrapped({ taskId: ID, status: 'IN_PROGRESS', images: null }),
		{ state: 'pending' },
	],
	[
		'the number 0 [family]',
		wrapped({ task_id: ID, status: 0, response: '[]' }),
		{ state: 'pending' },
	],
	['a number in a string [family]', wrapped({ task_id: ID, status: '2' }), { state: 'pending' }],
	...['waiting', 'queuing', 'generating', 'GENERATING', 'Pending'].map(
		(state): Row => [`${state} [upstream]`, wrapped({ taskId: ID, state }), { state: 'pending' }],
	),
	[
		'successFlag 0 [upstream]',
		wrapped({ taskId: ID, successFlag: 0, response: null, errorMessage: null }),
		{ state: 'pending' },
	],
	[
		'a word that nobody knows',
		wrapped({ task_id: ID, status: 'REVIEWING' }),
		{ state: 'unknown', providerStatus: 'REVIEWING' },
	],
	[
		'a text beside a number that is no failure',
		wrapped({ task_id: ID, status: 1, message: 'Task created', info: { message: 'queued' } }),
		{ state: 'pending' },
	],
	[
		'courtesy around a task without a status',
		{ status: 'success', data: { task_id: ID, progress: 30, polling_url: A } },
		{ state: 'pending' },
	],
];

/** Answers to a poll of a task whose image is there. */
export const DONE: Row[] = [
	[
		'cover art [own]',
		{ code: 200, msg: 'success', data: { taskId: ID, status: 'SUCCESS', images: [A, B] } },
		{ imageUrls: [A, B] },
	],
	[
		'music [own]',
		wrapped({
			type: 'SUCCESS',
			request_body: echo,
			response_data: [{ id: 'song1', image_url: A, status: 'complete', fail_message: '' }],
			created_at: '2026-01-01',
		}),
		{ imageUrls: [A], providerStatus: 'SUCCESS' },
	],
	['completed [own]', { id: ID, status: 'completed', result_urls: [A] }, { imageUrls: [A] }],
	[
		'a number [family]',
		wrapped({ task_id: ID, request: echo, response: [A], type: 1, status: 1, consumed_credit: 20 }),
		{ imageUrls: [A], creditsCharged: 20 },
	],
	[
		'response is a list in a string [family]',
		wrapped({ task_id: ID, status: 1, response: written([A, B]), error_message: null }),
		{ imageUrls: [A, B] },
	],
	[
		'response is an address [family]',
		wrapped({ task_id: ID, status: 1, response: A, error_message: null }),
		{ imageUrls: [A] },
	],
	[
		'resultJson [upstream]',
		wrapped({
			taskId: ID,
			state: 'success',
			param: written({ input: echo }),
			resultJson: written({ resultUrls: [A, B] }),
		}),
		{ imageUrls: [A, B] },
	],
	[
		'older route [upstream]',
		wrapped({
			taskId: ID,
			successFlag: 1,
			response: { originImageUrl: null, resultImageUrl: A },
			errorMessage: null,
		}),
		{ imageUrls: [A] },
	],
	[
		'Ready [upstream]',
		{ id: ID, status: 'Ready', result: { sample: A, prompt: 'A red fox' } },
		{ imageUrls: [A] },
	],
	[
		"as the older route's callback [upstream]",
		wrapped({ taskId: ID, info: { resultImageUrl: A } }),
		{ imageUrls: [A] },
	],
	['data is a list of images', { code: 200, data: [{ url: A }, B] }, { imageUrls: [A, B] }],
	[
		'data is a list of tasks',
		{
			code: 200,
			data: [
				{ task_id: 'x', images: [B] },
				{ task_id: ID, images: [A] },
			],
		},
		{ imageUrls: [A] },
	],
	['data is an address', { code: 200, data: A }, { imageUrls: [A] }],
	['data is empty', { task_id: ID, status: 'completed', image: A, data: {} }, { imageUrls: [A] }],
	[
		'JSON in strings in JSON',
		wrapped({ task_id: ID, status: 1, response: written({ result: written([{ url: A }]) }) }),
		{ imageUrls: [A] },
	],
	['imageUrl', wrapped({ task_id: ID, status: 'SUCCESS', imageUrl: A }), { imageUrls: [A] }],
	[
		'the number of a row under id',
		wrapped({ id: 7, status: 'SUCCESS', images: [A] }),
		{ imageUrls: [A] },
	],
	[
		'an input image beside the result',
		wrapped({ task_id: ID, status: 'SUCCESS', image: SENT, output: A }),
		{ imageUrls: [A] },
	],
	[
		'an unknown key',
		wrapped({ task_id: ID, status: 'SUCCESS', files: [{ link: A }], photo: SENT }),
		{ imageUrls: [A], unknownKeys: ['data.files[0].link'] },
	],
];

/** Answers to a poll of a task that has failed. */
export const FAILED: Row[] = [
	[
		'FAILED [own] [family]',
		wrapped({ taskId: ID, status: 'FAILED', error: 'Cover generation failed', images: null }),
		{ reason: 'Cover generation failed' },
	],
	[
		'words inside a result [own]',
		wrapped({ request_body: echo, response_data: [{ id: 'song1', fail_message: 'bad words' }] }),
		{ reason: 'bad words' },
	],
	[
		'-1 [family]',
		wrapped({ task_id: ID, status: -1, response: '', error_message: null }),
		{ reason: 'no reason given' },
	],
	[
		'fail [upstream]',
		wrapped({ taskId: ID, state: 'fail', failCode: '501', failMsg: 'bad prompt' }),
		{ reason: 'bad prompt' },
	],
	...[
		'CREATE_TASK_FAILED',
		'GENERATE_FAILED',
		'Content Moderated',
		'Request Moderated',
		'Error',
	].map(
		(status): Row => [
			`${status} [upstream]`,
			wrapped({ id: ID, status, result: null }),
			{ providerStatus: status, reason: 'no reason given' },
		],
	),
	...[2, 3].map(
		(successFlag): Row => [
			`successFlag ${successFlag} [upstream]`,
			wrapped({ taskId: ID, successFlag, response: null, errorMessage: 'no luck' }),
			{ reason: 'no luck' },
		],
	),
	[
		'code 501 beside the task [upstream]',
		{ code: 501, msg: 'generation failed', data: { taskId: ID, info: null } },
		{ reason: 'generation failed' },
	],
	[
		'a word around the task',
		{ status: 'failed', message: 'no luck', data: { task_id: ID } },
		{ reason: 'no luck' },
	],
	['timed out', wrapped({ task_id: ID, status: 'timed-out' }), { providerStatus: 'timed-out' }],
];

/** Callbacks, and the ids that may be a task's. */
export const CALLBACKS: Array<[name: string, body: unknown, ids: string[]]> = [
	['as an answer to a poll', wrapped({ task_id: ID, status: 'SUCCESS', response: [A] }), [ID]],
	[
		'older route [upstream]',
		{ code: 200, msg: 'ok', data: { taskId: ID, info: { resultImageUrl: A } } },
		[ID],
	],
	['a bare list [family]', [{ id: 'song1' }, { id: 'song2', task_id: ID }], ['song1', ID, 'song2']],
	['a list in data [family]', { code: 200, data: [{ workId: ID, id: 3 }] }, [ID, '3']],
	['ids at the root and in the payload', { id: 'event1', data: { task_id: ID } }, ['event1', ID]],
	['every id key', { task_id: 'a', taskId: 'b', id: 'c', workId: 'd' }, ['a', 'b', 'c', 'd']],
	['JSON in a string', written({ data: written({ taskId: ID }) }), [ID]],
	['no id', { code: 200, data: { status: 'SUCCESS' } }, []],
	['no JSON', 'hello', []],
];
