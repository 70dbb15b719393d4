import { MODEL, taskPath } from '../nodes/Flux2/api/contract.ts';
import { errorBody, messageFor } from './apiError.mts';
import { JSON_TYPE, jsonBytes } from './brokenResponses.mts';
import { COMMON_FAULTS, type FaultyRequest } from './commonFaults.mts';
import { toJson } from './json.mts';
import { ROW_ID, wrapped } from './shapes/fields.mts';
import type { SandboxTask } from './task.mts';

/** The response to the create of a task that exists, and is charged. */
type CreateResponse = (
	request: FaultyRequest,
	task: SandboxTask,
	/** The task created before it. */
	previous: SandboxTask | undefined,
) => unknown;

const STATUS = 'IN_PROGRESS';

export const created = ({ responseId }: SandboxTask) =>
	wrapped({ task_id: responseId, status: STATUS });

const doneAtOnce = ({ imageUrls, charged }: SandboxTask) => ({
	status: 'SUCCESS',
	images: imageUrls,
	consumed_credits: charged,
});

const body =
	(bodyOf: (task: SandboxTask, request: FaultyRequest) => object): CreateResponse =>
	(request, task) =>
		request.reply.send(bodyOf(task, request));

/** Faults of the response. */
export const CREATE_RESPONSES = {
	'<status> but charged': ({ reply, fault: { number } }) =>
		reply.code(number).send(errorBody(number)),
	'<status> with id': ({ reply, fault: { number } }, task) =>
		reply.code(number).send({ ...created(task), code: number, message: messageFor(number) }),
	'reset but charged': COMMON_FAULTS.reset,
	'silence but charged': COMMON_FAULTS.silence,
	'half a body': ({ reply, broken }, task) =>
		broken.sendHalf(reply, JSON_TYPE, jsonBytes(created(task))),
	'slow body': async ({ reply, broken }, task) =>
		await broken.sendSlowly(reply, JSON_TYPE, jsonBytes(created(task))),
	'broken json': ({ reply, broken }, task) => broken.sendInvalidJson(reply, created(task)),
	'no id': body(() => wrapped({ status: STATUS })),
	'same id': ({ reply }, task, previous) => reply.send(created(previous ?? task)),
	'see other': ({ reply, redirectOrigin }, { id }) =>
		reply.redirect(redirectOrigin + taskPath(id), 303),
	'numeric id': body(created),
	'long id': body(created),
	'camel id': body(({ responseId }) => wrapped({ taskId: responseId, status: STATUS })),
	'no status': body((task) => ({ code: 200, msg: 'success', data: { taskId: task.responseId } })),
	'root id': body((task) => ({ task_id: task.responseId, status: 'pending', model: MODEL })),
	'root id only': body((task) => ({ code: 200, message: 'success', task_id: task.responseId })),
	'row id': body((task) => wrapped({ id: ROW_ID, workId: task.responseId, status: STATUS })),
	'bare id': body((task) => wrapped(task.responseId)),
	'id in a string': body((task) => wrapped(toJson({ taskId: task.responseId }))),
	'old shape': body((task) => ({
		id: task.responseId,
		status: 'pending',
		model: MODEL,
		created_at: new Date(task.createdAt).toISOString(),
	})),
	accepted: ({ reply }, task) => reply.code(202).send(created(task)),
	'code <n> with id': body((task, { fault: { number } }) => ({ ...created(task), code: number })),
	'error object': body((task) => ({ ...created(task), error: { code: 0, message: '' } })),
	'immediate images': body((task) => wrapped(doneAtOnce(task))),
	'immediate list': body(({ imageUrls, createdAt }) => ({
		created: Math.floor(createdAt / 1000),
		data: imageUrls.map((url) => ({ url })),
	})),
	'immediate images with id': body((task) =>
		wrapped({ task_id: task.responseId, ...doneAtOnce(task) }),
	),
	'immediate failure': body(({ responseId }) =>
		wrapped({ task_id: responseId, status: 'FAILED', error: IMMEDIATE_FAILURE, images: null }),
	),
} satisfies Record<string, CreateResponse>;

/** Why the task of `immediate failure` fails. */
export const IMMEDIATE_FAILURE = 'The model is overloaded';
