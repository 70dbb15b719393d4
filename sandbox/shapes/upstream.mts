import type { TaskView } from '../taskView.mts';
import { status, type Shape } from './fields.mts';

/** Shapes that the upstream of the service shows, and the makers of the model. */
export const UPSTREAM_SHAPES = {
	upstream: (view) =>
		answered({
			taskId: view.id,
			model: view.echo.model,
			...status(view, 'state', { pending: 'generating', done: 'success', failed: 'fail' }),
			param: JSON.stringify(view.echo),
			resultJson: view.imageUrls.length > 0 ? JSON.stringify({ resultUrls: view.imageUrls }) : '',
			failCode: view.phase === 'failed' ? '501' : null,
			failMsg: view.reason ?? null,
			createTime: view.createdAt,
			completeTime: view.completedAt ?? null,
		}),
	'upstream old': (view) =>
		answered({
			taskId: view.id,
			paramJson: JSON.stringify(view.echo),
			successFlag: { pending: 0, done: 1, failed: 3 }[view.phase],
			response:
				view.imageUrls.length > 0
					? { originImageUrl: null, resultImageUrl: view.imageUrls[0] }
					: null,
			errorMessage: view.reason ?? null,
		}),
	'upstream words': (view) =>
		answered({
			taskId: view.id,
			paramJson: JSON.stringify(view.echo),
			...status(view, 'status', {
				pending: 'GENERATING',
				done: 'SUCCESS',
				failed: 'GENERATE_FAILED',
			}),
			response: view.imageUrls.length > 0 ? { resultUrls: view.imageUrls } : null,
			errorMessage: view.reason ?? null,
		}),
	info: infoOf,
	'black forest': (view) => ({
		id: view.id,
		...status(view, 'status', { pending: 'Pending', done: 'Ready', failed: 'Error' }),
		result:
			view.imageUrls.length > 0 ? { sample: view.imageUrls[0], prompt: view.echo.prompt } : null,
	}),
} satisfies Record<string, Shape>;

const answered = (data: object) => ({ code: 200, msg: 'success', data });

/** The older route's callback, which says by its code alone whether the task has failed. */
export function infoOf(view: TaskView): object {
	const [resultImageUrl] = view.imageUrls;
	const failed = view.phase === 'failed';
	return {
		code: failed ? 501 : 200,
		msg: failed ? (view.reason ?? '') : 'success',
		data: { taskId: view.id, info: resultImageUrl === undefined ? null : { resultImageUrl } },
	};
}
