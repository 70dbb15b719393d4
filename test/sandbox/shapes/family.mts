import type { FAMILY_SHAPES } from '../../../sandbox/shapes/family.mts';
import { echo, id, jsonText, reason, url, wrapped, type Responses } from './expected.mts';

const numbered = (fields: object) => ({
	task_id: id,
	request: echo,
	type: 1,
	error_message: null,
	...fields,
});

/** The responses in shapes that sites of the service's family show. */
export const family: Record<keyof typeof FAMILY_SHAPES, Responses> = {
	family: [
		wrapped({ task_id: id, status: 'IN_PROGRESS', response: [], request: echo }),
		wrapped({
			task_id: id,
			status: 'SUCCESS',
			response: [url],
			request: echo,
			consumed_credits: 5,
		}),
		wrapped({ task_id: id, status: 'FAILED', response: [], error_message: reason, request: echo }),
	],
	bare: [
		{ task_id: id, status: 'IN_PROGRESS', response: [], request: echo },
		{ task_id: id, status: 'SUCCESS', response: [url], request: echo, consumed_credits: 5 },
		{ task_id: id, status: 'FAILED', response: [], error_message: reason, request: echo },
	],
	images: [
		wrapped({ task_id: id, status: 'IN_PROGRESS', images: null, error: null, input: echo }),
		wrapped({
			task_id: id,
			status: 'SUCCESS',
			images: [url],
			error: null,
			input: echo,
			consumed_credits: 5,
		}),
		wrapped({ task_id: id, status: 'FAILED', images: null, error: reason, input: echo }),
	],
	numeric: [
		wrapped({ task_id: id, status: 0, response: [], error_message: '', request: echo }),
		wrapped({
			task_id: id,
			status: 1,
			response: [url],
			error_message: '',
			request: echo,
			consumed_credits: 5,
		}),
		wrapped({ task_id: id, status: 2, response: [], error_message: reason, request: echo }),
	],
	'string list': [
		wrapped(numbered({ status: 0, response: '[]' })),
		wrapped(numbered({ status: 1, response: jsonText('"http:', '\\.png"'), consumed_credit: 5 })),
		wrapped(numbered({ status: -1, response: '[]', error_message: reason })),
	],
	'string address': [
		wrapped(numbered({ status: 0, response: '' })),
		wrapped(numbered({ status: 1, response: url, consumed_credit: 5 })),
		wrapped(numbered({ status: -1, response: '', error_message: reason })),
	],
	'code 202': [
		{ code: 202, message: 'The task is still running', data: null },
		wrapped(expect.objectContaining({ task_id: id, status: 'SUCCESS', response: [url] })),
		wrapped(expect.objectContaining({ task_id: id, status: 'FAILED', error_message: reason })),
	],
};
