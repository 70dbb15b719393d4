import type { FastifyInstance } from 'fastify';
import { taskPath } from '../nodes/Flux2/api/contract.ts';
import { ApiError } from './apiError.mts';
import { JSON_TYPE, jsonBytes } from './brokenResponses.mts';
import type { FaultyRequest, RouteContext } from './commonFaults.mts';
import { COMMON_FAULTS } from './commonFaults.mts';
import type { AttemptFaultKind } from './faults.mts';
import { faultForAttempt } from './faultTags.mts';
import { RESPONSE_SHAPES, responseShapeOf } from './responseShapes.mts';
import type { SandboxTask } from './task.mts';
import { pollViewOf } from './taskView.mts';

interface FaultyPoll extends FaultyRequest {
	task: SandboxTask;
	/** The body of the response without the fault. */
	body: object;
}

const OTHER_ID = 'n41somebodyelse_flux2';

const POLL_FAULTS: Readonly<Record<AttemptFaultKind<'poll'>, (poll: FaultyPoll) => unknown>> = {
	...COMMON_FAULTS,
	'half a body': ({ reply, broken, body }) => broken.sendHalf(reply, JSON_TYPE, jsonBytes(body)),
	'slow body': async ({ reply, broken, body }) =>
		await broken.sendSlowly(reply, JSON_TYPE, jsonBytes(body)),
	'broken json': ({ reply, broken, body }) => broken.sendInvalidJson(reply, body),
	empty: ({ reply }) => reply.send(''),
	'wrong id': ({ reply, task, clock }) =>
		reply.send(responseTo(task, clock.now(), { id: OTHER_ID })),
	redirect: ({ reply, redirectOrigin, task }) =>
		reply.redirect(redirectOrigin + taskPath(task.id), 302),
};

const responseTo = (task: SandboxTask, now: number, override?: { id: string }): object =>
	RESPONSE_SHAPES[responseShapeOf(task)]({ ...pollViewOf(task, now), ...override });

/** `GET /api/v1/tasks/{task_id}` */
export function pollRoute(app: FastifyInstance, context: RouteContext): void {
	app.get<{ Params: { id: string } }>(`${taskPath('')}:id`, async ({ params: { id } }, reply) => {
		const task = await context.taskStore.get(id);
		if (!task) throw new ApiError(404, `Task ${id} not found`);
		const fault = faultForAttempt('poll', task.faults, task.polls++);
		const body = responseTo(task, context.clock.now());
		if (!fault) return body;
		await POLL_FAULTS[fault.kind]({ ...context, reply, fault, task, body });
		return reply;
	});
}
