import type { Words } from './troubles.mts';

/** What one look at a task shows, before it is put into any of the shapes an answer may have. */
export interface Sight {
	/** Undefined where the answer is asked to hide it. */
	id: string | number | undefined;
	phase: 'pending' | 'done' | 'failed';
	/** Said in place of the shape's own word; `none` says no word at all, `number` only a number. */
	word?: string | { instead: 'none' | 'number' };
	imageUrls: readonly string[];
	reason?: string;
	/** What was sent with the create. */
	echo: Readonly<Record<string, unknown>>;
	/** Only where something was charged and kept. */
	credits?: number;
	createdAt: number;
	settledAt?: number;
}

export type Shape = Words<'shape'>;

/** Every documented shape of an answer to a look. */
export const SHAPES: Readonly<Record<Shape, (sight: Sight) => object>> = {
	family: (sight) => wrapped(plain(sight)),
	bare: plain,
	music: (sight) =>
		wrapped({
			task_id: sight.id,
			...status(sight, 'type', CAPITALS),
			request_body: sight.echo,
			response_data: sight.phase === 'pending' ? [] : songs(sight),
			...credits(sight),
		}),
	images: (sight) =>
		wrapped({
			task_id: sight.id,
			...status(sight, 'status', CAPITALS),
			images: sight.imageUrls.length > 0 ? sight.imageUrls : null,
			error: sight.reason ?? null,
			input: sight.echo,
			...credits(sight),
		}),
	numeric: (sight) =>
		wrapped({
			task_id: sight.id,
			status: { pending: 0, done: 1, failed: 2 }[sight.phase],
			response: sight.imageUrls,
			error_message: sight.reason ?? '',
			request: sight.echo,
			...credits(sight),
		}),
	upstream: (sight) => ({
		code: 200,
		msg: 'success',
		data: {
			taskId: sight.id,
			model: sight.echo.model,
			...status(sight, 'state', { pending: 'generating', done: 'success', failed: 'fail' }),
			param: JSON.stringify(sight.echo),
			resultJson: sight.imageUrls.length > 0 ? JSON.stringify({ resultUrls: sight.imageUrls }) : '',
			failCode: sight.phase === 'failed' ? '501' : null,
			failMsg: sight.reason ?? null,
			createTime: sight.createdAt,
			completeTime: sight.settledAt ?? null,
		},
	}),
	'upstream old': (sight) => ({
		code: 200,
		msg: 'success',
		data: {
			taskId: sight.id,
			paramJson: JSON.stringify(sight.echo),
			successFlag: { pending: 0, done: 1, failed: 3 }[sight.phase],
			response:
				sight.imageUrls.length > 0
					? { originImageUrl: null, resultImageUrl: sight.imageUrls[0] }
					: null,
			errorMessage: sight.reason ?? null,
		},
	}),
	older: (sight) => ({
		id: sight.id,
		...status(sight, 'status', { pending: 'pending', done: 'completed', failed: 'failed' }),
		model: sight.echo.model,
		created_at: new Date(sight.createdAt).toISOString(),
		result_urls: sight.imageUrls,
		...(sight.phase === 'failed' && { error: { message: sight.reason ?? '' } }),
	}),
	objects: (sight) =>
		wrapped({
			task_id: sight.id,
			...status(sight, 'status', CAPITALS),
			images: sight.imageUrls.map((url) => ({ url, content_type: 'image/png' })),
			error: sight.reason ?? null,
			input: sight.echo,
		}),
	nested: (sight) =>
		wrapped({
			task_id: sight.id,
			...status(sight, 'status', CAPITALS),
			input: sight.echo,
			output: { images: sight.imageUrls.map((url) => ({ url })) },
			error_message: sight.reason ?? '',
		}),
	string: (sight) =>
		wrapped({
			task_id: sight.id,
			...status(sight, 'status', CAPITALS),
			input: sight.echo,
			output: sight.imageUrls[0] ?? '',
			error_message: sight.reason ?? '',
		}),
};

/** The body of a callback: the same as the answer to a look, but for the one documented exception. */
export function callbackBody(shape: Shape, sight: Sight): object {
	if (shape !== 'upstream old') return SHAPES[shape](sight);
	const failed = sight.phase === 'failed';
	return {
		code: failed ? 501 : 200,
		msg: failed ? (sight.reason ?? '') : 'success',
		data: { taskId: sight.id, info: { resultImageUrl: sight.imageUrls[0] ?? null } },
	};
}

/** What stands in the `data` of an answer, or the answer itself where it has none. */
export const unwrapped = (answer: object): object =>
	'data' in answer ? (answer.data as object) : answer;

const CAPITALS = { pending: 'IN_PROGRESS', done: 'SUCCESS', failed: 'FAILED' };

const wrapped = (data: object) => ({ code: 200, message: 'success', data });

function plain(sight: Sight) {
	return {
		task_id: sight.id,
		...status(sight, 'status', CAPITALS),
		response: sight.imageUrls,
		...(sight.phase === 'failed' && { error_message: sight.reason ?? '' }),
		request: sight.echo,
		...credits(sight),
	};
}

function status(sight: Sight, key: string, words: Record<Sight['phase'], string>) {
	if (typeof sight.word === 'string') return { [key]: sight.word };
	if (sight.word?.instead === 'none') return {};
	if (sight.word) return { task_status: { pending: 1, done: 3, failed: 5 }[sight.phase] };
	return { [key]: words[sight.phase] };
}

const credits = (sight: Sight) =>
	sight.credits === undefined ? {} : { consumed_credits: sight.credits };

function songs(sight: Sight) {
	const told = { fail_message: sight.reason ?? '', error_message: sight.reason ?? '' };
	if (sight.imageUrls.length === 0) return [{ image_url: '', ...told }];
	return sight.imageUrls.map((url, at) => ({ id: `${sight.id}-${at}`, image_url: url, ...told }));
}
