import type { TaskView } from '../taskView.mts';
import { credits, inputAndStatus, plain, wrapped, type Shape } from './fields.mts';

/** Shapes that sites of the service's family show. */
export const FAMILY_SHAPES = {
	family: (view) => wrapped(plain(view)),
	bare: plain,
	images: (view) =>
		wrapped({
			...inputAndStatus(view),
			images: view.imageUrls.length > 0 ? view.imageUrls : null,
			error: view.reason ?? null,
			...credits(view),
		}),
	numeric: (view) =>
		wrapped({
			task_id: view.id,
			status: { pending: 0, done: 1, failed: 2 }[view.phase],
			response: view.imageUrls,
			error_message: view.reason ?? '',
			request: view.echo,
			...credits(view),
		}),
	'string list': (view) => wrapped(numbered(view, JSON.stringify(view.imageUrls))),
	'string address': (view) => wrapped(numbered(view, view.imageUrls[0] ?? '')),
	'code 202': (view) =>
		view.phase === 'pending'
			? { code: 202, message: 'The task is still running', data: null }
			: wrapped(plain(view)),
} satisfies Record<string, Shape>;

/** The status as -1, 0 or 1, and the result in a string. */
const numbered = (view: TaskView, response: string) => ({
	task_id: view.id,
	request: view.echo,
	response,
	type: 1,
	status: { pending: 0, done: 1, failed: -1 }[view.phase],
	error_message: view.reason ?? null,
	...(view.credits !== undefined && { consumed_credit: view.credits }),
});
