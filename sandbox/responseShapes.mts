import type { FaultKind } from './faults.mts';
import { FAMILY_SHAPES } from './shapes/family.mts';
import type { Shape } from './shapes/fields.mts';
import { PLAUSIBLE_SHAPES } from './shapes/plausible.mts';
import { PUBLISHED_SHAPES } from './shapes/published.mts';
import { infoOf, UPSTREAM_SHAPES } from './shapes/upstream.mts';
import type { SandboxTask } from './task.mts';
import type { TaskView } from './taskView.mts';

export type ResponseShape = FaultKind<'shape'>;

/** Every shape of the response to a poll, documented or plausible. */
export const RESPONSE_SHAPES: Readonly<Record<ResponseShape, Shape>> = {
	...PUBLISHED_SHAPES,
	...FAMILY_SHAPES,
	...UPSTREAM_SHAPES,
	...PLAUSIBLE_SHAPES,
};

/** The shape of the responses about this task: the last one its prompt asks for. */
export function responseShapeOf(task: SandboxTask): ResponseShape {
	const fault = task.faults.filter(({ target }) => target === 'shape').at(-1);
	return (fault?.kind as ResponseShape | undefined) ?? 'family';
}

/** The body of a callback: the same as the response to a poll, with one documented exception. */
export const callbackBody = (shape: ResponseShape, view: TaskView): object =>
	shape === 'upstream old' ? infoOf(view) : RESPONSE_SHAPES[shape](view);

/** The `data` of a response, or the response itself where it has none. */
export const unwrapped = (body: object): unknown => ('data' in body ? body.data : body);
