import type { TaskView } from '../taskView.mts';

export type Shape = (view: TaskView) => object;

type Words = Readonly<Record<TaskView['phase'], string>>;

export const UPPERCASE: Words = { pending: 'IN_PROGRESS', done: 'SUCCESS', failed: 'FAILED' };

/** The number of a row in the service's own database. */
export const ROW_ID = 4711;

export const wrapped = (data: unknown) => ({ code: 200, message: 'success', data });

/** The status under this key, unless a fault replaces it. */
export function status(view: TaskView, key: string, words: Words): object {
	if (typeof view.statusWord === 'string') return { [key]: view.statusWord };
	if (view.statusWord?.instead === 'none') return {};
	if (view.statusWord) return { task_status: { pending: 1, done: 3, failed: 5 }[view.phase] };
	return { [key]: words[view.phase] };
}

export const credits = (view: TaskView) =>
	view.credits === undefined ? {} : { consumed_credits: view.credits };

/** The fields that sites of the family have, not wrapped in `data`. */
export const plain = (view: TaskView) => ({
	task_id: view.id,
	...status(view, 'status', UPPERCASE),
	response: view.imageUrls,
	...(view.phase === 'failed' && { error_message: view.reason ?? '' }),
	request: view.echo,
	...credits(view),
});

export const inputAndStatus = (view: TaskView) => ({
	task_id: view.id,
	...status(view, 'status', UPPERCASE),
	input: view.echo,
});
