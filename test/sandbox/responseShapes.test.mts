import type { ResponseShape } from '../../sandbox/responseShapes.mts';
import { RESPONSE_SHAPES } from '../../sandbox/responseShapes.mts';
import { FAULTS } from '../../sandbox/faults.mts';
import { SandboxClient } from './client.mts';

let client: SandboxClient;
beforeAll(async () => (client = await SandboxClient.start()));
afterAll(async () => await client.sandbox.stop());

const SENT = 'https://pictures.example/sent.png';
const fields = { input_urls: [SENT] };
const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/images\/\w{32}\.png$/);
const id = expect.stringMatching(/^n41/);
const reason = expect.stringContaining('could not make this image');
const echo = expect.objectContaining({ model: 'flux-2', input_urls: [SENT] });
const wrapped = (data: object) => ({ code: 200, message: 'success', data });
const upstream = (data: object) => ({
	code: 200,
	msg: 'success',
	data: expect.objectContaining(data),
});
const musicImage = { image_url: url, fail_message: '', error_message: '' };

/** The responses in each shape: while the task is in progress, when it is done, when it has failed. */
const RESPONSES: Record<ResponseShape, [pending: object, done: object, failed: object]> = {
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
	music: [
		wrapped({ task_id: id, type: 'IN_PROGRESS', request_body: echo, response_data: [] }),
		wrapped({
			task_id: id,
			type: 'SUCCESS',
			request_body: echo,
			response_data: [expect.objectContaining(musicImage)],
			consumed_credits: 5,
		}),
		wrapped({
			task_id: id,
			type: 'FAILED',
			request_body: echo,
			response_data: [{ image_url: '', fail_message: reason, error_message: reason }],
		}),
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
	upstream: [
		upstream({ taskId: id, state: 'generating', resultJson: '', failMsg: null }),
		upstream({
			taskId: id,
			state: 'success',
			resultJson: expect.stringMatching(/^\{"resultUrls":\["http:[^"]+\.png"\]\}$/),
			param: expect.stringContaining(SENT),
		}),
		upstream({ taskId: id, state: 'fail', resultJson: '', failCode: '501', failMsg: reason }),
	],
	'upstream old': [
		upstream({ taskId: id, successFlag: 0, response: null, errorMessage: null }),
		upstream({
			taskId: id,
			successFlag: 1,
			response: { originImageUrl: null, resultImageUrl: url },
			errorMessage: null,
		}),
		upstream({ taskId: id, successFlag: 3, response: null, errorMessage: reason }),
	],
	older: [
		expect.objectContaining({ id, status: 'pending', result_urls: [] }),
		expect.objectContaining({ id, status: 'completed', result_urls: [url] }),
		expect.objectContaining({ id, status: 'failed', error: { message: reason } }),
	],
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
};

describe.each(Object.entries(RESPONSES))('[shape: %s]', (shape, [pending, done, failed]) => {
	test('in progress, and done', async () => {
		const task = await client.createTask(`fox [shape: ${shape}]`, fields);
		expect((await client.poll(task)).json).toEqual(pending);
		await client.clock.advance(5_000);
		expect((await client.poll(task)).json).toEqual(done);
	});

	test('failed', async () => {
		const { json } = await client.createAndPoll(`fox [shape: ${shape}] [task: failed]`, fields);
		expect(json).toEqual(failed);
	});
});

test('every shape of the list can be asked for', () => {
	const kinds = FAULTS.filter(({ target }) => target === 'shape').map(({ kind }) => kind);
	expect([...kinds].sort()).toEqual(Object.keys(RESPONSE_SHAPES).sort());
});

test('the echo is what was sent, word for word', async () => {
	const sent = { prompt: 'a red fox', resolution: '2K', type: 'flex', seed: 7, ...fields };
	const { json } = await client.createAndPoll('a red fox', sent);
	expect(json.data.request).toEqual({ model: 'flux-2', ...sent });
});
