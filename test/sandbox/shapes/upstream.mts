import type { UPSTREAM_SHAPES } from '../../../sandbox/shapes/upstream.mts';
import { id, reason, SENT, upstream as answered, url, type Responses } from './expected.mts';

/** The responses in shapes of the service's upstream, and of the makers of the model. */
export const upstream: Record<keyof typeof UPSTREAM_SHAPES, Responses> = {
	upstream: [
		answered({ taskId: id, state: 'generating', resultJson: '', failMsg: null }),
		answered({
			taskId: id,
			state: 'success',
			resultJson: expect.stringMatching(/^\{"resultUrls":\["http:[^"]+\.png"\]\}$/),
			param: expect.stringContaining(SENT),
		}),
		answered({ taskId: id, state: 'fail', resultJson: '', failCode: '501', failMsg: reason }),
	],
	'upstream old': [
		answered({ taskId: id, successFlag: 0, response: null, errorMessage: null }),
		answered({
			taskId: id,
			successFlag: 1,
			response: { originImageUrl: null, resultImageUrl: url },
			errorMessage: null,
		}),
		answered({ taskId: id, successFlag: 3, response: null, errorMessage: reason }),
	],
	'upstream words': [
		answered({ taskId: id, status: 'GENERATING', response: null, errorMessage: null }),
		answered({ taskId: id, status: 'SUCCESS', response: { resultUrls: [url] } }),
		answered({ taskId: id, status: 'GENERATE_FAILED', response: null, errorMessage: reason }),
	],
	info: [
		{ code: 200, msg: 'success', data: { taskId: id, info: null } },
		{ code: 200, msg: 'success', data: { taskId: id, info: { resultImageUrl: url } } },
		{ code: 501, msg: reason, data: { taskId: id, info: null } },
	],
	'black forest': [
		{ id, status: 'Pending', result: null },
		{ id, status: 'Ready', result: { sample: url, prompt: expect.stringContaining('fox') } },
		{ id, status: 'Error', result: null },
	],
};
