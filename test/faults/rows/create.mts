import { type FaultGroup, type Fault, images, type Outcome, errorAfter } from '../fault.mts';

/** The request was rejected, and nothing was charged. */
const rejected: Outcome = { ...errorAfter(0), createRequests: 1 };

/** The task was created and charged, but its ID is unknown. */
const unconfirmed: Outcome = { ...errorAfter(1), tasksNamed: 0 };

const MAY_BE_CHARGED = [/may have been charged/, /A red fox/, /2026-01-01T00:00:0/];
const NOT_CHARGED = [/Nothing was charged/];

const rejections: Fault[] = [400, 401, 402, 403, 404, 422, 455].map((status) => ({
	title: `the create request is rejected with ${status}`,
	prompts: [`A red fox [create: ${status}]`],
	outcome: rejected,
	shows: NOT_CHARGED,
	neverShows: [/may have been charged/],
}));

const serverErrors: Fault[] = [500, 502, 503, 504, 520].map((status) => ({
	title: `the task is created and charged, but the response is ${status}`,
	prompts: [`A red fox [create: ${status} but charged]`],
	outcome: unconfirmed,
	shows: MAY_BE_CHARGED,
	neverShows: NOT_CHARGED,
}));

export const create: FaultGroup = {
	title: 'Creating a task',
	faults: [
		...rejections,
		...serverErrors,
		{
			title:
				'the create request is rejected with 500, and n8n cannot know whether a task was created',
			prompts: ['A red fox [create: 500]'],
			outcome: rejected,
			shows: MAY_BE_CHARGED,
			neverShows: NOT_CHARGED,
		},
		{
			title: 'the create request is rejected by an error code in a response with status 200',
			prompts: ['A red fox [create: code 402]'],
			outcome: rejected,
			shows: [/enough credits/, ...NOT_CHARGED],
		},
		{
			title: 'the response has status 200 and an error code 500 in its body',
			prompts: ['A red fox [create: code 500]'],
			outcome: rejected,
			shows: MAY_BE_CHARGED,
		},
		{
			title: 'the response is 408, and n8n cannot know whether the request was read',
			prompts: ['A red fox [create: 408 but charged]'],
			outcome: unconfirmed,
			shows: MAY_BE_CHARGED,
		},
		{
			title: 'the connection is reset before the task is created',
			prompts: ['A red fox [create: reset]'],
			outcome: rejected,
			shows: MAY_BE_CHARGED,
		},
		{
			title: 'the connection is reset after the task was created and charged',
			prompts: ['A red fox [create: reset but charged]'],
			outcome: unconfirmed,
			shows: MAY_BE_CHARGED,
		},
		{
			title: 'there is never a response, but the task was created and charged',
			prompts: ['A red fox [create: silence but charged]'],
			outcome: unconfirmed,
			shows: [/time-out/, ...MAY_BE_CHARGED],
		},
		{
			title: 'the response to the create request is truncated',
			prompts: ['A red fox [create: half a body]'],
			outcome: unconfirmed,
			shows: MAY_BE_CHARGED,
		},
		{
			title: 'half of the response to the create request comes 20 seconds late',
			prompts: ['A red fox [create: slow body]'],
			outcome: images(1),
		},
		{
			title: 'a proxy responds to the create request with a web page and status 200',
			prompts: ['A red fox [create: html]'],
			outcome: rejected,
			shows: [/a web page titled "Just a moment\.\.\."/, ...MAY_BE_CHARGED],
			neverShows: [/<html|<title/],
		},
		{
			title: 'a proxy responds to the create request with a web page and status 502',
			prompts: ['A red fox [create: html 502]'],
			outcome: rejected,
			shows: MAY_BE_CHARGED,
			neverShows: [/<html|<title/],
		},
		{
			title: 'the response to the create request is not JSON',
			prompts: ['A red fox [create: broken json]'],
			outcome: unconfirmed,
			shows: MAY_BE_CHARGED,
		},
		{
			title: 'the response to the create request has no task ID',
			prompts: ['A red fox [create: no id]'],
			outcome: unconfirmed,
			shows: [/IN_PROGRESS/, ...MAY_BE_CHARGED],
		},
		{
			title: 'the task ID is a number',
			prompts: ['A red fox [create: numeric id]'],
			outcome: images(1),
		},
		{
			title: 'the task ID has another name, or the response has an older format',
			prompts: ['A red fox [create: camel id]', 'A blue owl [create: old shape]'],
			outcome: images(2),
		},
		{
			title: 'two create requests get the same task ID',
			prompts: ['A blue owl', 'A red fox [create: same id]'],
			run: { parameters: { options: { maxParallel: 1 } }, onError: 'continueRegularOutput' },
			outcome: { ...images(2), items: ['image', 'failed'], tasksNamed: 1 },
			shows: [/another image of this run/, /may have been charged/, /A red fox/],
		},
		{
			title: 'the create request is redirected to another host',
			prompts: ['A red fox [create: redirect]'],
			outcome: rejected,
			shows: [/to protect your API key/, ...NOT_CHARGED],
			check: ({ otherHost }) => expect(otherHost.requests).toEqual([]),
		},
		{
			title: 'the service cannot be reached at all',
			prompts: ['A red fox'],
			act: async (scenario) => {
				// A port that was just released, so nothing listens on it.
				const { url } = scenario.otherHost;
				await scenario.otherHost.close();
				Object.assign(scenario.fixture.engine.credentials.apiInOneApi!, { baseUrl: url });
				return [await scenario.start()];
			},
			outcome: { ...rejected, createRequests: 0 },
			shows: [/cannot be reached/, /ECONNREFUSED/, ...NOT_CHARGED],
		},
		{
			title: 'the base URL of the credential is not encrypted',
			prompts: ['A red fox'],
			act: async (scenario) => {
				Object.assign(scenario.fixture.engine.credentials.apiInOneApi!, {
					baseUrl: 'http://apiin.example',
				});
				return [await scenario.start()];
			},
			outcome: { ...rejected, createRequests: 0 },
			shows: [/https:\/\//, ...NOT_CHARGED],
		},
	],
};
