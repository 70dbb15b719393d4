import { toJson } from '../json.mts';
import {
	inputAndStatus,
	plain,
	ROW_ID,
	status,
	UPPERCASE,
	wrapped,
	type Shape,
} from './fields.mts';

/** Shapes that nobody shows, but that a service of this kind may well have. */
export const PLAUSIBLE_SHAPES = {
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
	'image url': (view) =>
		wrapped({
			...inputAndStatus(view),
			imageUrl: view.imageUrls[0] ?? null,
			error_message: view.reason ?? '',
		}),
	'row id': (view) =>
		wrapped({
			id: ROW_ID,
			...status(view, 'status', UPPERCASE),
			images: view.imageUrls,
			error: view.reason ?? null,
		}),
	list: (view) => wrapped([plain(view)]),
	'list of images': (view) =>
		wrapped(view.phase === 'failed' ? [{ error_message: view.reason ?? '' }] : view.imageUrls),
	address: (view) =>
		view.phase === 'failed'
			? { code: 200, message: 'failed', data: null, error: view.reason ?? '' }
			: wrapped(view.imageUrls[0] ?? null),
	'string data': (view) => wrapped(toJson(plain(view))),
	'nested strings': (view) =>
		wrapped({
			...inputAndStatus(view),
			response: JSON.stringify({ result: JSON.stringify(view.imageUrls.map((url) => ({ url }))) }),
			error_message: view.reason ?? '',
		}),
	'unknown key': (view) =>
		wrapped({
			...inputAndStatus(view),
			files: view.imageUrls.map((link) => ({ link })),
			error_message: view.reason ?? '',
		}),
} satisfies Record<string, Shape>;
