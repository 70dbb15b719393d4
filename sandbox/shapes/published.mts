import type { TaskView } from '../taskView.mts';
import { credits, status, UPPERCASE, wrapped, type Shape } from './fields.mts';

/** Shapes that the service's own pages show, on other routes or on older pages. */
export const PUBLISHED_SHAPES = {
	cover: (view) => ({
		code: 200,
		msg: 'success',
		data: {
			taskId: view.id,
			...status(view, 'status', UPPERCASE),
			...(view.phase === 'failed' && { error: view.reason ?? '' }),
			images: view.imageUrls.length > 0 ? view.imageUrls : null,
			created_at: new Date(view.createdAt).toISOString(),
		},
	}),
	music: (view) =>
		wrapped({
			task_id: view.id,
			...status(view, 'type', UPPERCASE),
			request_body: view.echo,
			response_data: view.phase === 'pending' ? [] : entries(view),
			...credits(view),
		}),
	song: (view) =>
		wrapped({
			...status(view, 'type', UPPERCASE),
			request_body: view.echo,
			response_data: entries(view).map((entry, index) => ({
				...entry,
				id: songId(index),
				status: ENTRY_STATUS[view.phase],
			})),
			created_at: new Date(view.createdAt).toISOString(),
		}),
	older: (view) => ({
		id: view.id,
		...status(view, 'status', { pending: 'pending', done: 'completed', failed: 'failed' }),
		model: view.echo.model,
		created_at: new Date(view.createdAt).toISOString(),
		result_urls: view.imageUrls,
		...(view.phase === 'failed' && { error: { message: view.reason ?? '' } }),
	}),
} satisfies Record<string, Shape>;

/** The ID of an entry of a task, which is no task's. */
export const songId = (index: number): string => `song-${index + 1}`;

const ENTRY_STATUS = { pending: 'running', done: 'complete', failed: 'error' };

function entries(view: TaskView) {
	const errors = { fail_message: view.reason ?? '', error_message: view.reason ?? '' };
	if (view.imageUrls.length === 0) return [{ image_url: '', ...errors }];
	return view.imageUrls.map((url, index) => ({
		...(view.id !== undefined && { id: `${view.id}-${index}` }),
		image_url: url,
		...errors,
	}));
}
