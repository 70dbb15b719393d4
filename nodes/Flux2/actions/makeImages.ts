import type { INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { buy, inDoubt, justOrdered } from './buy';
import { conclude } from './conclude';
import { follow } from './follow';
import { runInLanes } from './lanes';
import { isPlan, type Plan } from './plan';
import type { Result } from './summary';
import type { Run } from './run';

/** One item from the order to its item: create, look, download. */
async function journey(run: Run, plan: Plan, mayOrder: () => boolean): Promise<INodeExecutionData> {
	const { order, itemIndex, fingerprint, wanted, timeoutSeconds } = plan;
	const { taskId, createdAt } = await buy(run, plan, order.callbackUrl, mayOrder);
	if (plan.waitFor === 'nothing')
		return await conclude(run.host, justOrdered(taskId), wanted, order);
	const followed = await outcomeOf(follow(run, taskId, createdAt, timeoutSeconds));
	if ('value' in followed)
		return await conclude(run.host, followed.value, wanted, order, run.signal);
	// The service bills no failed task, so a retry may order this image anew.
	if (followed.failure.failure.kind === 'failed') run.ledger.forget(itemIndex, fingerprint);
	throw followed.failure;
}

/** What became of a plan whose journey never began. */
function notBegun(run: Run, plan: Plan | Flux2Failure): Flux2Failure {
	if (!isPlan(plan)) return plan;
	const held = run.ledger.find(plan.itemIndex, plan.fingerprint);
	if (held !== undefined && held.taskId === undefined) return inDoubt(plan, held);
	return new Flux2Failure({ kind: 'cancelled' }, held?.taskId);
}

/** Runs every plan in lanes. One failure never costs the others what they have ordered. */
export async function makeImages(
	run: Run,
	plans: ReadonlyArray<Plan | Flux2Failure>,
): Promise<Result[]> {
	let stopping = false;
	const makeOne = async (plan: Plan | Flux2Failure): Promise<Result> => {
		if (!isPlan(plan)) return plan;
		const made = await outcomeOf(journey(run, plan, () => !stopping));
		if ('value' in made) return made.value;
		// What is ordered is followed to its end, but a run that will stop orders nothing more.
		stopping ||= !run.goesOn;
		return made.failure;
	};
	const outcomes = await runInLanes(plans, run.lanes, makeOne, () => !run.signal?.aborted);
	return plans.map((plan, index) => outcomes[index] ?? notBegun(run, plan));
}
