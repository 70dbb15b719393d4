import type { PLAUSIBLE_SHAPES } from '../../../sandbox/shapes/plausible.mts';
import { echo, id, jsonText, reason, url, wrapped, type Responses } from './expected.mts';

const nested = (fields: object) => wrapped(expect.objectContaining({ task_id: id, ...fields }));

/** The responses in shapes that nobody shows. */
export const plausible: Record<keyof typeof PLAUSIBLE_SHAPES, Responses> = {
	objects: [
		wrapped({ task_id: id, status: 'IN_PROGRESS', images: [], error: null, input: echo }),
		wrapped({
			task_id: id,
			status: 'SUCCESS',
			images: [{ url, content_type: 'image/png' }],
			error: null,
			input: echo,
		}),
		wrapped({ task_id: id, status: 'FAILED', images: [], error: reason, input: echo }),
	],
	nested: [
		wrapped({
			task_id: id,
			status: 'IN_PROGRESS',
			output: { images: [] },
			error_message: '',
			input: echo,
		}),
		wrapped({
			task_id: id,
			status: 'SUCCESS',
			output: { images: [{ url }] },
			error_message: '',
			input: echo,
		}),
		wrapped({
			task_id: id,
			status: 'FAILED',
			output: { images: [] },
			error_message: reason,
			input: echo,
		}),
	],
	string: [
		wrapped({ task_id: id, status: 'IN_PROGRESS', output: '', error_message: '', input: echo }),
		wrapped({ task_id: id, status: 'SUCCESS', output: url, error_message: '', input: echo }),
		wrapped({ task_id: id, status: 'FAILED', output: '', error_message: reason, input: echo }),
	],
	'image url': [
		wrapped({ task_id: id, status: 'IN_PROGRESS', imageUrl: null, error_message: '', input: echo }),
		wrapped({ task_id: id, status: 'SUCCESS', imageUrl: url, error_message: '', input: echo }),
		wrapped({ task_id: id, status: 'FAILED', imageUrl: null, error_message: reason, input: echo }),
	],
	'row id': [
		wrapped({ id: expect.any(Number), status: 'IN_PROGRESS', images: [], error: null }),
		wrapped({ id: expect.any(Number), status: 'SUCCESS', images: [url], error: null }),
		wrapped({ id: expect.any(Number), status: 'FAILED', images: [], error: reason }),
	],
	list: [
		wrapped([expect.objectContaining({ task_id: id, status: 'IN_PROGRESS', response: [] })]),
		wrapped([expect.objectContaining({ task_id: id, status: 'SUCCESS', response: [url] })]),
		wrapped([expect.objectContaining({ task_id: id, status: 'FAILED', error_message: reason })]),
	],
	'list of images': [wrapped([]), wrapped([url]), wrapped([{ error_message: reason }])],
	address: [
		wrapped(null),
		wrapped(url),
		{ code: 200, message: 'failed', data: null, error: reason },
	],
	'string data': [
		wrapped(jsonText('"task_id":"n41', '"status":"IN_PROGRESS"')),
		wrapped(jsonText('"task_id":"n41', '"status":"SUCCESS"', '"response":\\["http:')),
		wrapped(jsonText('"task_id":"n41', '"status":"FAILED"', '"error_message":"The model')),
	],
	'nested strings': [
		nested({ status: 'IN_PROGRESS', response: '{"result":"[]"}' }),
		nested({ status: 'SUCCESS', response: jsonText('"result":"', 'url', 'http:') }),
		nested({ status: 'FAILED', error_message: reason }),
	],
	'unknown key': [
		wrapped({ task_id: id, status: 'IN_PROGRESS', files: [], error_message: '', input: echo }),
		wrapped({
			task_id: id,
			status: 'SUCCESS',
			files: [{ link: url }],
			error_message: '',
			input: echo,
		}),
		wrapped({ task_id: id, status: 'FAILED', files: [], error_message: reason, input: echo }),
	],
};
