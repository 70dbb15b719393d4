import { KEY } from '../../nodes/fixture.mts';
import { type FaultGroup, images, errorAfter } from '../fault.mts';

/** Text with the key at every offset, so that an error shortened anywhere is cut within a key. */
const repeatKey = (authorization: string): string =>
	Array.from({ length: 40 }, (_, index) => `${'x'.repeat(index)}${authorization}`).join('');

export const key: FaultGroup = {
	title: 'The API key',
	faults: [
		{
			title: 'the API key was pasted with spaces around it',
			prompts: ['A red fox'],
			act: async (scenario) => {
				Object.assign(scenario.fixture.engine.credentials.apiInOneApi!, { apiKey: ` ${KEY}\n` });
				return [await scenario.start()];
			},
			outcome: images(1),
		},
		{
			title: 'the API key was pasted with an invisible character, and a rejection repeats the key',
			prompts: ['A red fox [create: 422]'],
			act: async (scenario) => {
				Object.assign(scenario.fixture.engine.credentials.apiInOneApi!, {
					apiKey: `\u200b${KEY.slice(0, 14)}\u200b${KEY.slice(14)}\ufeff`,
				});
				return [await scenario.start()];
			},
			intercept: ({ authorization }) => {
				expect(authorization).toBe(`Bearer ${KEY}`);
				return { body: { error: { code: 422, message: `Bad header: ${authorization}` } } };
			},
			outcome: { ...errorAfter(0), createRequests: 1 },
			shows: [/Bad header: Bearer •••/],
		},
		{
			title: 'the API key has a character that no header can have',
			prompts: ['A red fox'],
			act: async (scenario) => {
				Object.assign(scenario.fixture.engine.credentials.apiInOneApi!, { apiKey: `${KEY}…` });
				return [await scenario.start()];
			},
			outcome: errorAfter(0),
			shows: [/API key of the credential has characters/, /Nothing was charged/],
		},
		{
			title: 'the rejection of a create request repeats the key',
			prompts: ['A red fox [create: 422]'],
			intercept: ({ authorization }) => ({
				body: { error: { code: 422, message: `Bad header: ${authorization}` } },
			}),
			outcome: { ...errorAfter(0), createRequests: 1 },
			shows: [/Bad header: Bearer •••/],
		},
		{
			title: 'the rejection of a create request repeats the key where the text is cut',
			prompts: ['A red fox [create: 500]'],
			intercept: ({ authorization }) => ({
				body: { error: { message: repeatKey(authorization) } },
			}),
			outcome: { ...errorAfter(0), createRequests: 1 },
		},
		{
			title: 'a page instead of a response repeats the key where the text is cut',
			prompts: ['A red fox [create: 503]'],
			intercept: ({ authorization }) => ({
				status: 503,
				headers: { 'content-type': 'text/plain' },
				body: `${'x'.repeat(180)}${authorization}`,
			}),
			outcome: { ...errorAfter(0), createRequests: 1 },
		},
		{
			title: 'an unreadable response repeats the key where the text is cut',
			prompts: ['A red fox [create: no id]'],
			intercept: ({ authorization }) => ({
				status: 200,
				body: { data: { note: `${'x'.repeat(270)}${authorization}`, [authorization]: 1 } },
			}),
			outcome: { ...errorAfter(1), tasksNamed: 0 },
		},
		{
			title: 'the reason of a failed task repeats the key where the text is cut',
			prompts: ['A red fox [task: failed]'],
			intercept: ({ step, body, authorization }) => {
				const { data } = body as { data: Record<string, unknown> };
				if (step === 'create' || data.status !== 'FAILED') return undefined;
				return { body: { data: { ...data, error: `${'x'.repeat(480)}${authorization}` } } };
			},
			outcome: { ...errorAfter(1), credits: 0 },
		},
		{
			title: 'the status of a task repeats the key',
			prompts: ['A red fox [task: never]'],
			run: { parameters: { options: { timeoutSeconds: 20 } } },
			intercept: ({ step, body, authorization }) => {
				if (step === 'create') return undefined;
				const { data } = body as { data: object };
				return { body: { data: { ...data, status: `for ${authorization}` } } };
			},
			outcome: errorAfter(1),
			shows: [/for Bearer •••/],
		},
		{
			title: 'an image URL repeats the key',
			prompts: ['A red fox'],
			run: { onError: 'continueRegularOutput' },
			intercept: ({ step, body, authorization }) => {
				const { data } = body as { data: { status: string; response: string[] } };
				if (step === 'create' || data.status !== 'SUCCESS') return undefined;
				const key = authorization.slice('Bearer '.length);
				const response = data.response.map((url) => `${url}?key=${key}`);
				return { body: { data: { ...data, response } } };
			},
			outcome: { ...errorAfter(1), items: ['link'], status: 'success' },
			shows: [/key=•••/],
		},
		{
			title: 'the URL of a redirect repeats the key',
			prompts: ['A red fox [create: redirect]'],
			intercept: ({ authorization }) => ({
				status: 302,
				headers: { location: `http://${authorization.slice(7)}.attacker.invalid/` },
				body: '',
			}),
			outcome: { ...errorAfter(0), createRequests: 1 },
		},
	],
};
