import { type Chapter, type Fault, images, stoppedWith } from '../fault.mts';

/** A look that goes wrong and is made again: the image comes, and is paid for once. */
const mended = (fault: string, words: string): Fault => ({
	fault,
	prompts: [`A red fox ${words}`],
	outcome: images(1),
});

/** The task is paid for and not seen through: the user is told its ID and how to get it. */
const handedOver = (fault: string, words: string, says: RegExp[]): Fault => ({
	fault,
	prompts: [`A red fox ${words}`],
	sketch: { parameters: { options: { timeoutSeconds: 60 } } },
	outcome: stoppedWith(1),
	says: [/run the operation "Get Task" with the task ID n41\w+/, ...says],
	neverSays: [/Nothing was charged/],
});

export const look: Chapter = {
	title: 'Looking at the task',
	faults: [
		...[408, 425, 429, 455, 500, 502, 503, 504].map((status) =>
			mended(`looks are answered with ${status} three times`, `[poll: ${status} x3]`),
		),
		mended('looks are answered with 503 and a date to come back', '[poll: 503 x2 retry date 7]'),
		mended('looks are answered with 429 and a pause', '[poll: 429 x2 retry after 7]'),
		mended('looks are answered with an error 500 inside status 200', '[poll: code 500 x2]'),
		mended('a new task is unknown to the service for a while', '[poll: 404 x3]'),
		mended('looks are reset', '[poll: reset x3]'),
		mended('a look is never answered', '[poll: silence once]'),
		mended('answers to looks are cut short', '[poll: half a body x2]'),
		mended('half of the answer to a look comes 20 seconds late', '[poll: slow body once]'),
		mended('a proxy answers looks with a web page and status 200', '[poll: html x2]'),
		mended('a proxy answers looks with a web page and status 502', '[poll: html 502 x2]'),
		mended('answers to looks are no JSON', '[poll: broken json x2]'),
		mended('answers to looks are empty', '[poll: empty x2]'),
		mended('looks are answered with the task of somebody else', '[poll: wrong id x2]'),
		mended('the status goes backwards', '[task: backwards]'),
		mended('the status is a word newer than this package', '[task: unknown word then done]'),
		mended('there is no status, only the image', '[task: no word]'),
		mended('the status is a number', '[task: numeric status]'),
		mended(
			'the image is there at the time limit, under an unknown status',
			'[task: unknown word with image]',
		),
		handedOver('the key is refused while looking', '[poll: 401]', [/refused the API key/]),
		handedOver('the task is redirected to another host', '[poll: redirect]', [
			/to protect your API key/,
		]),
		handedOver('the status stays an unknown word', '[task: unknown word]', [/"REVIEWING"/]),
		handedOver('the task never ends', '[task: never]', [/not ready after 60 seconds/]),
		handedOver('every look is answered with 500', '[poll: 500]', [/500 Internal server error/]),
		handedOver('no look is ever answered', '[poll: silence]', [/no answer \(time-out\)/]),
		handedOver('every look shows the task of somebody else', '[poll: wrong id]', [
			/not ready after 60 seconds/,
		]),
		{
			fault: 'the task stays unknown to the service',
			prompts: ['A red fox [poll: 404]'],
			outcome: stoppedWith(1),
			says: [/knows no task with this ID \(task n41\w+\)/, /may have been charged/],
			neverSays: [/Nothing was charged/, /is ordered and not lost/],
		},
		{
			fault: 'the task is done and shows no image',
			prompts: ['A red fox [task: done without image]'],
			outcome: stoppedWith(1),
			says: [/names no image \(task n41\w+\)/, /may have been charged/],
			neverSays: [/Nothing was charged/],
		},
		{
			fault: 'the task fails, and is refunded',
			prompts: ['A red fox [task: failed]'],
			outcome: { ...stoppedWith(1), credits: 0 },
			says: [/could not be made: The model could not make this image.*\(task n41\w+\)/],
		},
		{
			fault: 'the task fails, and nobody says why',
			prompts: ['A red fox [task: failed without reason]'],
			outcome: { ...stoppedWith(1), credits: 0 },
			says: [/no reason given \(task n41\w+\)/],
		},
		{
			fault: 'the reason of a failure holds a word that n8n takes for a network error',
			prompts: ['A red fox [task: failed]'],
			between: ({ step, body }) => {
				const { data } = body as { data: Record<string, unknown> };
				if (step === 'create' || data.status !== 'FAILED') return undefined;
				return { body: { data: { ...data, error: 'A preexisting image was found' } } };
			},
			outcome: { ...stoppedWith(1), credits: 0 },
			says: [/could not be made: A preexisting image was found \(task n41\w+\)/],
			neverSays: [/The file or directory already exists/],
		},
		{
			fault: 'answers to looks say "error", and mean the look and not the task',
			prompts: ['A red fox'],
			sketch: { retryOnFail: true },
			between: ({ step, turn }) =>
				step === 'poll' && turn < 3
					? { body: { status: 'error', message: 'Internal error' } }
					: undefined,
			outcome: images(1),
		},
		{
			fault: 'the answer to a look is 1 MB of nonsense around the image',
			prompts: ['A red fox'],
			between: ({ step, body }) => {
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
			fault: 'the answer to a look is nested 100 000 deep',
			prompts: ['A red fox'],
			between: ({ step, turn }) => {
				if (step === 'create' || turn > 2) return undefined;
				const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
				return { body: `{"data":{"id":${deep},"task_id":"other","response":${deep}}}` };
			},
			outcome: images(1),
		},
		{
			fault: 'a look is told to come back long after the time limit',
			prompts: ['A red fox [poll: 429 once retry after 9999]'],
			sketch: { parameters: { options: { timeoutSeconds: 60 } } },
			outcome: stoppedWith(1),
			says: [/not ready after 60 seconds/, /"Get Task" with the task ID n41\w+/],
		},
	],
};
