import type { INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../../api/failures';
import { createTask, unconfirmed, newTask } from './createTask';
import { accountState } from '../../transport/account';
import { toOutputItem } from '../outputItem';
import { waitForTask } from '../waitForTask';
import { mapWithConcurrency } from '../../transport/concurrency';
import { isPlan, type Plan } from './plan';
import type { Result } from '../summary';
import type { Run } from '../run';

/** One item from the order to its item: create, look, download. */
async function generateImage(
	run: Run,
	plan: Plan,
	mayOrder: () => boolean,
): Promise<INodeExecutionData> {
	const { request, itemIndex, fingerprint, downloadOptions, timeoutSeconds } = plan;
	const { taskId, createdAt } = await createTask(run, plan, request.callbackUrl, mayOrder);
	if (plan.waitFor === 'nothing')
		return await toOutputItem(run.ctx, newTask(taskId), downloadOptions, request);
	const history = accountState(run.account).durations.of({
		...request,
		hasReferences: request.references.length > 0,
	});
	const followed = await outcomeOf(waitForTask(run, taskId, createdAt, timeoutSeconds, history));
	if ('value' in followed)
		return await toOutputItem(run.ctx, followed.value, downloadOptions, request, run.signal);
	// The service bills no failed task, so a retry may order this image anew.
	if (followed.failure.failure.kind === 'task-failed') run.ledger.forget(itemIndex, fingerprint);
	throw followed.failure;
}

/** What became of a plan whose journey never began. */
function notStarted(run: Run, plan: Plan | Flux2Failure): Flux2Failure {
	if (!isPlan(plan)) return plan;
	const held = run.ledger.find(plan.itemIndex, plan.fingerprint);
	if (held !== undefined && held.taskId === undefined) return unconfirmed(plan, held);
	return new Flux2Failure({ kind: 'cancelled' }, held?.taskId);
}

/** Runs every plan in lanes. One failure never costs the others what they have ordered. */
export async function generateImages(
	run: Run,
	plans: ReadonlyArray<Plan | Flux2Failure>,
): Promise<Result[]> {
	let stopping = false;
	const makeOne = async (plan: Plan | Flux2Failure): Promise<Result> => {
		if (!isPlan(plan)) return plan;
		const made = await outcomeOf(generateImage(run, plan, () => !stopping));
		if ('value' in made) return made.value;
		// What is ordered is followed to its end, but a run that will stop orders nothing more.
		stopping ||= !run.continueOnFail;
		return made.failure;
	};
	const outcomes = await mapWithConcurrency(
		plans,
		run.concurrency,
		makeOne,
		() => !run.signal?.aborted,
	);
	return plans.map((plan, index) => outcomes[index] ?? notStarted(run, plan));
}
