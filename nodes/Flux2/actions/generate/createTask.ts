import { withToken } from '../../api/callback';
import { chargedBy, Flux2Failure, outcomeOf, type Failure } from '../../api/failures';
import { urlsIn } from '../../api/imageUrls';
import { toRequestBody } from '../../api/request';
import type { Task } from '../../api/task';
import { toFailure } from '../../api/toFailure';
import { clock } from '../../transport/clock';
import { errorMessage } from '../../transport/errorMessages';
import type { Entry } from '../../transport/ledger';
import type { Run } from '../run';
import type { PlannedRequest } from './plannedRequest';
import type { ReferenceFiles } from './referenceFiles';
import { createLinks } from './referenceImages';

/** A task that exists. The service may have finished it at once. */
export interface CreatedTask {
	task: Task;
	/** ms since the epoch. */
	createdAt: number;
	/** URLs of the request, which are never taken for its result. */
	sent: readonly string[];
}

/** A task as it is known before anybody has polled it. */
const newTask = (taskId: string): Task => ({
	state: 'pending',
	id: taskId,
	providerStatus: '',
	imageUrls: [],
});

/** What a request is to which no clear answer came, in an earlier try of this execution. */
export function unconfirmed({ request }: PlannedRequest, entry: Entry): Flux2Failure {
	const { sentAt, reason, taskId } = entry;
	return new Flux2Failure({ kind: 'unconfirmed', sentAt, ...(reason && { reason }) }, taskId, {
		prompt: request.prompt,
		sentAt,
	});
}

/** URLs in the user's fields. Links to files are not among them: they differ from try to try. */
const urlsOf = ({ request }: PlannedRequest): string[] => urlsIn(request);

function alreadyCreated({ ledger }: Run, planned: PlannedRequest): CreatedTask | undefined {
	const entry = ledger.find(planned);
	if (entry === undefined) return undefined;
	if (entry.state === 'sending') throw unconfirmed(planned, entry);
	return {
		task: entry.task ?? newTask(entry.taskId ?? ''),
		createdAt: Date.parse(entry.sentAt),
		sent: urlsOf(planned),
	};
}

type ApiError = Extract<Failure, { kind: 'api-error' }>;

const isRateLimited = (failure: Failure): failure is ApiError =>
	failure.kind === 'api-error' && failure.code === 429;

/** Two images cannot be one task: the request was taken, and which task it became nobody can tell. */
const duplicateOf = (taskId: string): Failure => ({
	kind: 'unreadable-answer',
	step: 'create',
	excerpt: `the ID of another image of this run (${taskId})`,
});

/** @throws Flux2Failure `invalid-input`: one item's problem, which must not affect the others. */
async function prepareLinks(files: ReferenceFiles, planned: PlannedRequest): Promise<string[]> {
	try {
		return await createLinks(files, planned.itemIndex, planned.request.references);
	} catch (error) {
		throw toFailure(error);
	}
}

/** n8n's log is the only place that knows what was paid for if this process is killed now. */
function logCreated({ ctx }: Run, { id }: Task, itemIndex: number): void {
	ctx.logger.info(`Flux 2 created task ${id} for item ${itemIndex}`, {
		executionId: ctx.getExecutionId(),
	});
}

/** Keeps what is known of a create without a clear answer: "Retry On Fail" shows no first error. */
function recordUnconfirmed({ ctx, ledger }: Run, planned: PlannedRequest, failure: Flux2Failure) {
	const { message, description } = errorMessage(failure);
	ledger.unconfirmed(planned, message, failure.taskId);
	ctx.logger.warn(`Flux 2 may have been charged for item ${planned.itemIndex}: ${message}`, {
		executionId: ctx.getExecutionId(),
		description,
	});
}

/**
 * The task of a request: the one this execution has already paid for, else a new one. The create is on
 * record before it goes out, and is sent again only after 429, until the request's time limit.
 *
 * @param mayCreate false once the run is going to stop anyway.
 * @throws Flux2Failure, with the prompt and the time where it may have been charged.
 */
export async function createTask(
	run: Run,
	planned: PlannedRequest,
	files: ReferenceFiles,
	callbackUrl: string | undefined,
	mayCreate: () => boolean,
): Promise<CreatedTask> {
	const held = alreadyCreated(run, planned);
	if (held !== undefined) return held;
	const { ledger, token, client, signal } = run;
	const { itemIndex, request, credits, timeoutSeconds } = planned;
	const inputUrls = await prepareLinks(files, planned);
	const callback = callbackUrl === undefined ? undefined : withToken(callbackUrl, token);
	const body = toRequestBody(request, inputUrls, callback);
	const deadline = clock.now() + timeoutSeconds * 1_000;
	let createdAt = clock.now();
	const sentAt = (): string => new Date(createdAt).toISOString();
	// It may have waited long for its turn: only now is it known whether and when it goes out.
	const beforeSending = (): void => {
		if (!mayCreate()) throw new Flux2Failure({ kind: 'not-created' });
		createdAt = clock.now();
		ledger.sending(planned, sentAt(), credits);
	};
	const failed = (failure: Failure, taskId?: string): Flux2Failure =>
		new Flux2Failure(failure, taskId, { prompt: request.prompt, sentAt: sentAt() });
	let refusal: ApiError | undefined;
	for (;;) {
		if (signal?.aborted) throw new Flux2Failure({ kind: 'cancelled' });
		if (!mayCreate()) throw new Flux2Failure({ kind: 'not-created' });
		const created = await outcomeOf(client.createTask(body, deadline, beforeSending));
		if ('value' in created && !ledger.has(created.value.id)) {
			const task = created.value;
			ledger.created(planned, task);
			logCreated(run, task, itemIndex);
			run.restartGuard?.assert('created');
			return { task, createdAt, sent: urlsIn(body) };
		}
		const { failure, taskId } =
			'value' in created ? failed(duplicateOf(created.value.id)) : created.failure;
		if (isRateLimited(failure)) {
			ledger.forget(planned);
			// The service's own refusal says more than that there was no time for another try.
			if (failure.asked === undefined) refusal = { ...failure, asked: 'again' };
			if (clock.now() < deadline && failure.asked === undefined) continue;
			throw failed(refusal ?? failure);
		}
		const error = failed(failure, taskId);
		if (chargedBy(failure) === 'no') ledger.forget(planned);
		else recordUnconfirmed(run, planned, error);
		throw error;
	}
}
