import { withToken } from '../../api/callback';
import { chargedBy, Flux2Failure, outcomeOf, type Failure } from '../../api/failures';
import { toRequestBody } from '../../api/request';
import type { Task } from '../../api/task';
import { clock } from '../../transport/clock';
import type { Entry, Ledger } from '../../transport/ledger';
import type { Plan } from './plan';
import { createLinks } from './referenceImages';
import type { Run } from '../run';

export interface CreatedTask {
	taskId: string;
	/** ms since the epoch. */
	createdAt: number;
}

/** A task as it is known before anybody has looked at it. */
export const newTask = (taskId: string): Task => ({
	state: 'pending',
	id: taskId,
	providerStatus: '',
	imageUrls: [],
});

/** What an order is whose answer never came. */
export function unconfirmed({ request }: Plan, { sentAt }: Entry): Flux2Failure {
	return new Flux2Failure({ kind: 'unconfirmed', sentAt }, undefined, {
		prompt: request.prompt,
		sentAt,
	});
}

function alreadyCreated(ledger: Ledger, plan: Plan): CreatedTask | undefined {
	const entry = ledger.find(plan.itemIndex, plan.fingerprint);
	if (entry === undefined) return undefined;
	if (entry.taskId === undefined) throw unconfirmed(plan, entry);
	return { taskId: entry.taskId, createdAt: Date.parse(entry.sentAt) };
}

const isRateLimited = (failure: Failure): failure is Extract<Failure, { kind: 'api-error' }> =>
	failure.kind === 'api-error' && failure.code === 429;

/** Two images cannot be one task: the order was taken, and which task it became nobody can tell. */
const duplicateOf = (taskId: string): Failure => ({
	kind: 'unreadable-answer',
	step: 'create',
	excerpt: `the ID of another image of this run (${taskId})`,
});

/**
 * @throws Flux2Failure `invalid-input` where a reference image cannot be linked, e.g. because its file is
 *   gone: one item's trouble, which must not take the others' images along.
 */
async function preparedLinks({ ctx }: Run, { itemIndex, request }: Plan): Promise<string[]> {
	const [links] = await Promise.allSettled([createLinks(ctx, itemIndex, request.references)]);
	if (links.status === 'fulfilled') return links.value;
	if (links.reason instanceof Flux2Failure) throw links.reason;
	const why = links.reason instanceof Error ? links.reason.message : String(links.reason);
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `A reference image cannot be prepared: ${why}`,
		advice: 'Check that its file is still there, and run the workflow again.',
	});
}

/**
 * The task of a plan: the one this execution has already paid for, else a new one. The order is on
 * record before it goes out, and is sent again only after 429, until the plan's time limit.
 *
 * @param mayCreate false once the run is going to stop anyway.
 * @throws Flux2Failure, with the prompt and the time where it may have been charged.
 */
export async function createTask(
	run: Run,
	plan: Plan,
	callbackUrl: string | undefined,
	mayCreate: () => boolean,
): Promise<CreatedTask> {
	const { ledger, token } = run;
	const held = alreadyCreated(ledger, plan);
	if (held !== undefined) return held;
	const { itemIndex, request, fingerprint } = plan;
	const inputUrls = await preparedLinks(run, plan);
	const callback = callbackUrl === undefined ? undefined : withToken(callbackUrl, token);
	const body = toRequestBody(request, inputUrls, callback);
	const deadline = clock.now() + plan.timeoutSeconds * 1_000;
	let createdAt = clock.now();
	const sentAt = (): string => new Date(createdAt).toISOString();
	// It may have waited long for its turn: only now is it known whether and when it goes out.
	const beforeSending = (): void => {
		if (!mayCreate()) throw new Flux2Failure({ kind: 'not-created' });
		createdAt = clock.now();
		ledger.sending(itemIndex, fingerprint, sentAt(), plan.credits);
	};
	let refusal: Failure | undefined;
	for (;;) {
		if (run.signal?.aborted) throw new Flux2Failure({ kind: 'cancelled' });
		if (!mayCreate()) throw new Flux2Failure({ kind: 'not-created' });
		const created = await outcomeOf(run.client.createTask(body, deadline, beforeSending));
		if ('value' in created) {
			const taskId = created.value;
			if (ledger.holds(taskId))
				throw new Flux2Failure(duplicateOf(taskId), undefined, {
					prompt: request.prompt,
					sentAt: sentAt(),
				});
			ledger.created(itemIndex, fingerprint, taskId);
			// If this process is killed now, n8n's log is the only place that knows what was paid for.
			run.ctx.logger.info(`Flux 2 ordered task ${taskId} for item ${itemIndex}`, {
				executionId: run.ctx.getExecutionId(),
			});
			return { taskId, createdAt };
		}
		const { failure } = created.failure;
		if (chargedBy(failure) === 'no') ledger.forget(itemIndex, fingerprint);
		// The service's own refusal says more than that there was no time for another try.
		if (isRateLimited(failure) && failure.asked === undefined)
			refusal = { ...failure, asked: 'again' };
		if (!isRateLimited(failure) || clock.now() >= deadline)
			throw new Flux2Failure(isRateLimited(failure) ? (refusal ?? failure) : failure, undefined, {
				prompt: request.prompt,
				sentAt: sentAt(),
			});
	}
}
