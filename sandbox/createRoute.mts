import type { FastifyInstance } from 'fastify';
import { CREATE_PATH, MODEL } from '../nodes/Flux2/api/contract.ts';
import { errorBody } from './apiError.mts';
import { AttemptCounter } from './attemptCounter.mts';
import { JSON_TYPE, jsonBytes } from './brokenResponses.mts';
import type { FaultyRequest, RouteContext } from './commonFaults.mts';
import { COMMON_FAULTS } from './commonFaults.mts';
import { parseCreateRequest } from './createRequest.mts';
import type { AttemptFaultKind } from './faults.mts';
import { faultForAttempt, parseFaultTags } from './faultTags.mts';
import type { SandboxTask } from './task.mts';

type Kind = AttemptFaultKind<'create'>;

/** Faults that strike before the request is processed: no task, nothing charged. */
const BEFORE_CREATE = {
	...COMMON_FAULTS,
	redirect: ({ reply, redirectOrigin }) => reply.redirect(redirectOrigin + CREATE_PATH, 307),
} satisfies Partial<Record<Kind, (request: FaultyRequest) => unknown>>;

/** Faults of the response: the task has been created and charged. */
const AFTER_CREATE: Readonly<
	Record<
		Exclude<Kind, keyof typeof BEFORE_CREATE>,
		(request: FaultyRequest, task: SandboxTask, previous: SandboxTask | undefined) => unknown
	>
> = {
	'<status> but charged': ({ reply, fault: { number } }) =>
		reply.code(number).send(errorBody(number)),
	'reset but charged': COMMON_FAULTS.reset,
	'silence but charged': COMMON_FAULTS.silence,
	'half a body': ({ reply, broken }, task) =>
		broken.sendHalf(reply, JSON_TYPE, jsonBytes(created(task))),
	'slow body': async ({ reply, broken }, task) =>
		await broken.sendSlowly(reply, JSON_TYPE, jsonBytes(created(task))),
	'broken json': ({ reply, broken }, task) => broken.sendInvalidJson(reply, created(task)),
	'no id': ({ reply }) => reply.send(wrapped({ status: STATUS })),
	'same id': ({ reply }, task, previous) => reply.send(created(previous ?? task)),
	'numeric id': ({ reply }, task) => reply.send(created(task)),
	'camel id': ({ reply }, task) => reply.send(wrapped({ taskId: task.responseId, status: STATUS })),
	'old shape': ({ reply }, task) =>
		reply.send({
			id: task.responseId,
			status: 'pending',
			model: MODEL,
			created_at: new Date(task.createdAt).toISOString(),
		}),
};

const STATUS = 'IN_PROGRESS';
const wrapped = (data: object) => ({ code: 200, message: 'success', data });
const created = (task: SandboxTask) => wrapped({ task_id: task.responseId, status: STATUS });

/** `POST /api/v1/images/generations` */
export function createRoute(app: FastifyInstance, context: RouteContext): void {
	const attempts = new AttemptCounter();
	app.post(CREATE_PATH, async ({ body }, reply) => {
		context.rateLimit.accept();
		const request = parseCreateRequest(body);
		const faults = parseFaultTags(request.prompt);
		const fault = faultForAttempt('create', faults, attempts.next(request.prompt));
		if (fault && strikesBefore(fault.kind)) {
			await BEFORE_CREATE[fault.kind]({ ...context, reply, fault });
			return reply;
		}
		const previous = context.taskStore.latest;
		const task = context.taskStore.create(request, faults, fault?.kind === 'numeric id');
		if (!fault) return created(task);
		const afterCreate = AFTER_CREATE[fault.kind as keyof typeof AFTER_CREATE];
		await afterCreate({ ...context, reply, fault }, task, previous);
		return reply;
	});
}

const strikesBefore = (kind: Kind): kind is keyof typeof BEFORE_CREATE => kind in BEFORE_CREATE;
