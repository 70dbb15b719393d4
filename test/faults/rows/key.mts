import { KEY } from '../../nodes/stage.mts';
import { type Chapter, images, stoppedWith } from '../fault.mts';

/** Words that end in the middle of the key, wherever an error is cut to a readable length. */
const cutsTheKey = (authorization: string): string =>
	Array.from({ length: 40 }, (_, index) => `${'x'.repeat(index)}${authorization}`).join('');

export const key: Chapter = {
	title: 'The key',
	faults: [
		{
			fault: 'the key was pasted with spaces around it',
			prompts: ['A red fox'],
			act: async (scene) => {
				Object.assign(scene.stage.engine.credentials.apiInOneApi!, { apiKey: ` ${KEY}\n` });
				return [await scene.start()];
			},
			outcome: images(1),
		},
		{
			fault: 'the refusal of an order repeats the key',
			prompts: ['A red fox [create: 422]'],
			between: ({ authorization }) => ({
				body: { error: { code: 422, message: `Bad header: ${authorization}` } },
			}),
			outcome: { ...stoppedWith(0), sent: 1 },
			says: [/Bad header: Bearer •••/],
		},
		{
			fault: 'the refusal of an order repeats the key, where the text is cut',
			prompts: ['A red fox [create: 500]'],
			between: ({ authorization }) => ({ body: { error: { message: cutsTheKey(authorization) } } }),
			outcome: { ...stoppedWith(0), sent: 1 },
		},
		{
			fault: 'a page in place of an answer repeats the key, where the text is cut',
			prompts: ['A red fox [create: 503]'],
			between: ({ authorization }) => ({
				status: 503,
				headers: { 'content-type': 'text/plain' },
				body: `${'x'.repeat(180)}${authorization}`,
			}),
			outcome: { ...stoppedWith(0), sent: 1 },
		},
		{
			fault: 'an answer that cannot be read repeats the key, where the text is cut',
			prompts: ['A red fox [create: no id]'],
			between: ({ authorization }) => ({
				status: 200,
				body: { data: { note: `${'x'.repeat(270)}${authorization}`, [authorization]: 1 } },
			}),
			outcome: { ...stoppedWith(1), named: 0 },
		},
		{
			fault: 'the reason of a failed task repeats the key, where the text is cut',
			prompts: ['A red fox [task: failed]'],
			between: ({ step, body, authorization }) => {
				const { data } = body as { data: Record<string, unknown> };
				if (step === 'create' || data.status !== 'FAILED') return undefined;
				return { body: { data: { ...data, error: `${'x'.repeat(480)}${authorization}` } } };
			},
			outcome: { ...stoppedWith(1), credits: 0 },
		},
		{
			fault: 'the status word of a task repeats the key',
			prompts: ['A red fox [task: never]'],
			sketch: { parameters: { options: { timeoutSeconds: 20 } } },
			between: ({ step, body, authorization }) => {
				if (step === 'create') return undefined;
				const { data } = body as { data: object };
				return { body: { data: { ...data, status: `for ${authorization}` } } };
			},
			outcome: stoppedWith(1),
			says: [/for Bearer •••/],
		},
		{
			fault: 'the URL of an image repeats the key',
			prompts: ['A red fox'],
			sketch: { onError: 'continueRegularOutput' },
			between: ({ step, body, authorization }) => {
				const { data } = body as { data: { status: string; response: string[] } };
				if (step === 'create' || data.status !== 'SUCCESS') return undefined;
				const key = authorization.slice('Bearer '.length);
				const response = data.response.map((url) => `${url}?key=${key}`);
				return { body: { data: { ...data, response } } };
			},
			outcome: { ...stoppedWith(1), out: ['link'], status: 'success' },
			says: [/key=•••/],
		},
		{
			fault: 'the address of a redirect repeats the key',
			prompts: ['A red fox [create: redirect]'],
			between: ({ authorization }) => ({
				status: 302,
				headers: { location: `http://${authorization.slice(7)}.attacker.invalid/` },
				body: '',
			}),
			outcome: { ...stoppedWith(0), sent: 1 },
		},
	],
};
