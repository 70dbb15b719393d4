import type { FaultKind } from './faults.mts';
import type { SandboxTask } from './task.mts';
import type { TaskView } from './taskView.mts';

export type ResponseShape = FaultKind<'shape'>;

/** Every documented shape of the response to a poll. */
export const RESPONSE_SHAPES: Readonly<Record<ResponseShape, (view: TaskView) => object>> = {
	family: (view) => wrapped(plain(view)),
	bare: plain,
	music: (view) =>
		wrapped({
			task_id: view.id,
			...status(view, 'type', UPPERCASE),
			request_body: view.echo,
			response_data: view.phase === 'pending' ? [] : musicImages(view),
			...credits(view),
		}),
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
	upstream: (view) => ({
		code: 200,
		msg: 'success',
		data: {
			taskId: view.id,
			model: view.echo.model,
			...status(view, 'state', { pending: 'generating', done: 'success', failed: 'fail' }),
			param: JSON.stringify(view.echo),
			resultJson: view.imageUrls.length > 0 ? JSON.stringify({ resultUrls: view.imageUrls }) : '',
			failCode: view.phase === 'failed' ? '501' : null,
			failMsg: view.reason ?? null,
			createTime: view.createdAt,
			completeTime: view.completedAt ?? null,
		},
	}),
	'upstream old': (view) => ({
		code: 200,
		msg: 'success',
		data: {
			taskId: view.id,
			paramJson: JSON.stringify(view.echo),
			successFlag: { pending: 0, done: 1, failed: 3 }[view.phase],
			response:
				view.imageUrls.length > 0
					? { originImageUrl: null, resultImageUrl: view.imageUrls[0] }
					: null,
			errorMessage: view.reason ?? null,
		},
	}),
	older: (view) => ({
		id: view.id,
		...status(view, 'status', { pending: 'pending', done: 'completed', failed: 'failed' }),
		model: view.echo.model,
		created_at: new Date(view.createdAt).toISOString(),
		result_urls: view.imageUrls,
		...(view.phase === 'failed' && { error: { message: view.reason ?? '' } }),
	}),
	objects: (view) =>
		wrapped({
			...inputAndStatus(view),
			images: view.imageUrls.map((url) => ({ url, content_type: 'image/png' })),
			error: view.reason ?? null,
		}),
	nested: (view) =>
		wrapped({
			...inputAndStatus(view),
			output: { images: view.imageUrls.map((url) => ({ url })) },
			error_message: view.reason ?? '',
		}),
	string: (view) =>
		wrapped({
			...inputAndStatus(view),
			output: view.imageUrls[0] ?? '',
			error_message: view.reason ?? '',
		}),
};

/** The shape of the responses about this task: the last one its prompt asks for. */
export function responseShapeOf(task: SandboxTask): ResponseShape {
	const fault = task.faults.filter(({ target }) => target === 'shape').at(-1);
	return (fault?.kind as ResponseShape | undefined) ?? 'family';
}

/** The body of a callback: the same as the response to a poll, with one documented exception. */
export function callbackBody(shape: ResponseShape, view: TaskView): object {
	if (shape !== 'upstream old') return RESPONSE_SHAPES[shape](view);
	const failed = view.phase === 'failed';
	return {
		code: failed ? 501 : 200,
		msg: failed ? (view.reason ?? '') : 'success',
		data: { taskId: view.id, info: { resultImageUrl: view.imageUrls[0] ?? null } },
	};
}

/** The `data` of a response, or the response itself where it has none. */
export const unwrapped = (body: object): object => ('data' in body ? (body.data as object) : body);

const UPPERCASE = { pending: 'IN_PROGRESS', done: 'SUCCESS', failed: 'FAILED' };

const wrapped = (data: object) => ({ code: 200, message: 'success', data });

function plain(view: TaskView) {
	return {
		task_id: view.id,
		...status(view, 'status', UPPERCASE),
		response: view.imageUrls,
		...(view.phase === 'failed' && { error_message: view.reason ?? '' }),
		request: view.echo,
		...credits(view),
	};
}

const inputAndStatus = (view: TaskView) => ({
	task_id: view.id,
	...status(view, 'status', UPPERCASE),
	input: view.echo,
});

function status(view: TaskView, key: string, words: Record<TaskView['phase'], string>) {
	if (typeof view.statusWord === 'string') return { [key]: view.statusWord };
	if (view.statusWord?.instead === 'none') return {};
	if (view.statusWord) return { task_status: { pending: 1, done: 3, failed: 5 }[view.phase] };
	return { [key]: words[view.phase] };
}

const credits = (view: TaskView) =>
	view.credits === undefined ? {} : { consumed_credits: view.credits };

function musicImages(view: TaskView) {
	const errors = { fail_message: view.reason ?? '', error_message: view.reason ?? '' };
	if (view.imageUrls.length === 0) return [{ image_url: '', ...errors }];
	return view.imageUrls.map((url, index) => ({
		id: `${view.id}-${index}`,
		image_url: url,
		...errors,
	}));
}
