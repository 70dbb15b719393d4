import type { FastifyInstance } from 'fastify';
import { CREATE_PATH } from '../nodes/Flux2/api/contract.ts';
import { ApiError } from './apiError.mts';
import { AttemptCounter } from './attemptCounter.mts';
import type { FaultyRequest, RouteContext } from './commonFaults.mts';
import { COMMON_FAULTS } from './commonFaults.mts';
import { parseCreateRequest } from './createRequest.mts';
import { CREATE_RESPONSES, created, IMMEDIATE_FAILURE } from './createResponses.mts';
import type { AttemptFaultKind } from './faults.mts';
import { faultForAttempt, parseFaultTags } from './faultTags.mts';
import { newLongTaskId, newNumericTaskId } from './task.mts';
import type { TaskOptions } from './taskStore.mts';

type Kind = AttemptFaultKind<'create'>;
type KindAfter = keyof typeof CREATE_RESPONSES;

/** Faults that strike before the request is processed: no task, nothing charged. */
const BEFORE_CREATE: Readonly<
	Record<Exclude<Kind, KindAfter>, (request: FaultyRequest) => unknown>
> = {
	...COMMON_FAULTS,
	moderated: () => {
		throw new ApiError(400, 'The prompt was rejected by our content policy');
	},
	redirect: ({ reply, redirectOrigin }) => reply.redirect(redirectOrigin + CREATE_PATH, 307),
};

/** What differs in the task itself. */
const TASK_OPTIONS: Readonly<Partial<Record<Kind, () => TaskOptions>>> = {
	'numeric id': () => ({ responseId: newNumericTaskId() }),
	'long id': () => ({ responseId: newLongTaskId() }),
	'immediate images': () => ({ atOnce: true }),
	'immediate list': () => ({ atOnce: true }),
	'immediate images with id': () => ({ atOnce: true }),
	'immediate failure': () => ({ atOnce: true, failure: { reason: IMMEDIATE_FAILURE } }),
};

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
		const options = fault && TASK_OPTIONS[fault.kind]?.();
		const task = context.taskStore.create(request, faults, options);
		if (!fault) return created(task);
		// A task that is done at once is also charged, or refunded, before the response.
		if (options?.atOnce) await context.taskStore.get(task.id);
		await CREATE_RESPONSES[fault.kind as KindAfter]({ ...context, reply, fault }, task, previous);
		return reply;
	});
}

const strikesBefore = (kind: Kind): kind is Exclude<Kind, KindAfter> => kind in BEFORE_CREATE;
