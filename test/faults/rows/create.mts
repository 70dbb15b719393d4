import { type Chapter, type Fault, images, type Outcome, stoppedWith } from '../fault.mts';

/** Refused, and nothing was bought. */
const refused: Outcome = { ...stoppedWith(0), sent: 1 };

/** Bought, but nobody can tell the task's ID. */
const inDoubt: Outcome = { ...stoppedWith(1), named: 0 };

const DOUBT = [/may have been charged/, /A red fox/, /2026-01-01T00:00:0/];
const FREE = [/Nothing was charged/];

const statuses: Fault[] = [400, 401, 402, 403, 404, 422, 455].map((status) => ({
	fault: `the order is refused with ${status}`,
	prompts: [`A red fox [create: ${status}]`],
	outcome: refused,
	says: FREE,
	neverSays: [/may have been charged/],
}));

const serverErrors: Fault[] = [500, 502, 503, 504, 520].map((status) => ({
	fault: `the order is taken and charged, yet answered with ${status}`,
	prompts: [`A red fox [create: ${status} but charged]`],
	outcome: inDoubt,
	says: DOUBT,
	neverSays: FREE,
}));

export const create: Chapter = {
	title: 'The order',
	faults: [
		...statuses,
		...serverErrors,
		{
			fault: 'the order is refused with 500, and whether it was taken cannot be known',
			prompts: ['A red fox [create: 500]'],
			outcome: refused,
			says: DOUBT,
			neverSays: FREE,
		},
		{
			fault: 'the order is refused by a code inside an answer with status 200',
			prompts: ['A red fox [create: code 402]'],
			outcome: refused,
			says: [/enough credits/, ...FREE],
		},
		{
			fault: 'an answer with status 200 tells of an error 500 inside',
			prompts: ['A red fox [create: code 500]'],
			outcome: refused,
			says: DOUBT,
		},
		{
			fault: 'the order is answered by a 408: who knows whether it was read',
			prompts: ['A red fox [create: 408 but charged]'],
			outcome: inDoubt,
			says: DOUBT,
		},
		{
			fault: 'the connection is reset before the order is taken',
			prompts: ['A red fox [create: reset]'],
			outcome: refused,
			says: DOUBT,
		},
		{
			fault: 'the connection is reset after the order was taken and charged',
			prompts: ['A red fox [create: reset but charged]'],
			outcome: inDoubt,
			says: DOUBT,
		},
		{
			fault: 'the order is never answered, though taken and charged',
			prompts: ['A red fox [create: silence but charged]'],
			outcome: inDoubt,
			says: [/time-out/, ...DOUBT],
		},
		{
			fault: 'the answer to the order is cut short',
			prompts: ['A red fox [create: half a body]'],
			outcome: inDoubt,
			says: DOUBT,
		},
		{
			fault: 'half of the answer to the order comes 20 seconds late',
			prompts: ['A red fox [create: slow body]'],
			outcome: images(1),
		},
		{
			fault: 'a proxy answers the order with a web page and status 200',
			prompts: ['A red fox [create: html]'],
			outcome: refused,
			says: [/a web page titled "Just a moment\.\.\."/, ...DOUBT],
			neverSays: [/<html|<title/],
		},
		{
			fault: 'a proxy answers the order with a web page and status 502',
			prompts: ['A red fox [create: html 502]'],
			outcome: refused,
			says: DOUBT,
			neverSays: [/<html|<title/],
		},
		{
			fault: 'the answer to the order is no JSON',
			prompts: ['A red fox [create: broken json]'],
			outcome: inDoubt,
			says: DOUBT,
		},
		{
			fault: 'the answer to the order has no task ID',
			prompts: ['A red fox [create: no id]'],
			outcome: inDoubt,
			says: [/IN_PROGRESS/, ...DOUBT],
		},
		{
			fault: 'the task ID is a number',
			prompts: ['A red fox [create: numeric id]'],
			outcome: images(1),
		},
		{
			fault: 'the task ID stands under another name, and the answer is of an older shape',
			prompts: ['A red fox [create: camel id]', 'A blue owl [create: old shape]'],
			outcome: images(2),
		},
		{
			fault: 'two orders are answered with the same task ID',
			prompts: ['A blue owl', 'A red fox [create: same id]'],
			sketch: { parameters: { options: { maxParallel: 1 } }, onError: 'continueRegularOutput' },
			outcome: { ...images(2), out: ['image', 'failed'], named: 1 },
			says: [/another image of this run/, /may have been charged/, /A red fox/],
		},
		{
			fault: 'the order is redirected to another host',
			prompts: ['A red fox [create: redirect]'],
			outcome: refused,
			says: [/to protect your API key/, ...FREE],
			also: ({ elsewhere }) => expect(elsewhere.strays).toEqual([]),
		},
		{
			fault: 'the service cannot be reached at all',
			prompts: ['A red fox'],
			act: async (scene) => {
				// A port that was free a moment ago, and that nobody listens at.
				const { url } = scene.elsewhere;
				await scene.elsewhere.close();
				Object.assign(scene.stage.engine.credentials.apiInOneApi!, { baseUrl: url });
				return [await scene.start()];
			},
			outcome: { ...refused, sent: 0 },
			says: [/cannot be reached/, /ECONNREFUSED/, ...FREE],
		},
		{
			fault: 'the base URL of the credential is not encrypted',
			prompts: ['A red fox'],
			act: async (scene) => {
				Object.assign(scene.stage.engine.credentials.apiInOneApi!, {
					baseUrl: 'http://apiin.example',
				});
				return [await scene.start()];
			},
			outcome: { ...refused, sent: 0 },
			says: [/https:\/\//, ...FREE],
		},
	],
};
