import type { PUBLISHED_SHAPES } from '../../../sandbox/shapes/published.mts';
import { echo, id, reason, upstream, url, wrapped, type Responses } from './expected.mts';

const musicImage = { image_url: url, fail_message: '', error_message: '' };
const created_at = expect.stringMatching(/^2026-01-01T/);
const song = (fields: object) => expect.objectContaining({ id: 'song-1', ...fields });

/** The responses in shapes that the service's own pages show. */
export const published: Record<keyof typeof PUBLISHED_SHAPES, Responses> = {
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
	older: [
		expect.objectContaining({ id, status: 'pending', result_urls: [] }),
		expect.objectContaining({ id, status: 'completed', result_urls: [url] }),
		expect.objectContaining({ id, status: 'failed', error: { message: reason } }),
	],
	cover: [
		upstream({ taskId: id, status: 'IN_PROGRESS', images: null, created_at }),
		upstream({ taskId: id, status: 'SUCCESS', images: [url], created_at }),
		upstream({ taskId: id, status: 'FAILED', error: reason, images: null }),
	],
	song: [
		wrapped({
			type: 'IN_PROGRESS',
			request_body: echo,
			response_data: [song({ image_url: '', status: 'running' })],
			created_at,
		}),
		wrapped({
			type: 'SUCCESS',
			request_body: echo,
			response_data: [song({ image_url: url, status: 'complete' })],
			created_at,
		}),
		wrapped({
			type: 'FAILED',
			request_body: echo,
			response_data: [song({ image_url: '', status: 'error', fail_message: reason })],
			created_at,
		}),
	],
};
