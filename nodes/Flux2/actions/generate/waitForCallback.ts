import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../../api/failures';
import type { Task } from '../../api/task';
import { clock } from '../../transport/clock';
import { isUnreachable } from '../../transport/reachability';
import { canWait, putToWait, getResumeUrl, MIN_WAIT_SECONDS } from '../../transport/waiting';
import { createTask, newTask } from './createTask';
import { toOutputItem } from '../outputItem';
import { waitForTask, throwIfFailed } from '../waitForTask';
import { mapWithConcurrency } from '../../transport/concurrency';
import { isPlan, type Plan, type WaitFor } from './plan';
import { failureItem, report } from '../report';
import type { Result } from '../summary';
import type { Run } from '../run';

type Entry = Plan | Flux2Failure;
type Placed = { plan: Plan; task: Task } | Flux2Failure;

const tell = ({ ctx }: Run, message: string): void =>
	ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });

/** What the node waits for: where an execution cannot be parked, it looks by itself instead. */
export function waitForOf(run: Run): WaitFor {
	const { ctx, isTool } = run;
	const chosen = ctx.getNodeParameter('waitFor', 0, 'image') as WaitFor;
	if (chosen !== 'callback' || canWait(ctx, isTool)) return chosen;
	tell(
		run,
		'This execution cannot be parked for a callback, so the node looked for the images itself.',
	);
	return 'image';
}

/** @throws Flux2Failure `invalid-input` when a callback could never arrive. Nothing was ordered. */
function reachableResumeUrl({ ctx, account }: Run): string {
	const url = getResumeUrl(ctx);
	if (!isUnreachable(url, account.baseUrl)) return url;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `API in One cannot call back: this n8n calls itself ${new URL(url).origin}`,
		advice:
			'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n, or choose "Image" under "Wait For", which needs no callback.',
	});
}

async function createAll(
	run: Run,
	entries: readonly Entry[],
	callbackUrl: string,
): Promise<Placed[]> {
	let stopping = false;
	const request = async (plan: Entry): Promise<Placed> => {
		if (!isPlan(plan)) return plan;
		const bought = await outcomeOf(createTask(run, plan, callbackUrl, () => !stopping));
		if ('value' in bought) return { plan, task: newTask(bought.value.taskId) };
		stopping ||= !run.continueOnFail;
		return bought.failure;
	};
	const placed = await mapWithConcurrency(entries, run.concurrency, request, () => true);
	return placed.map((one) => one ?? new Flux2Failure({ kind: 'not-created' }));
}

/** A callback that came while the orders were still going out was turned away: one look at each. */
async function pollOnce(run: Run, placed: readonly Placed[]): Promise<Placed[]> {
	const getTask = async (one: Placed): Promise<Placed> => {
		if (one instanceof Flux2Failure) return one;
		const { plan } = one;
		const read = await outcomeOf(run.client.getTask(one.task.id));
		if ('failure' in read) return read.failure.failure.kind === 'no-image' ? read.failure : one;
		if (read.value.state !== 'failed') return { plan, task: read.value };
		run.ledger.forget(plan.itemIndex, plan.fingerprint);
		const { providerStatus, reason, id } = read.value;
		return new Flux2Failure({ kind: 'task-failed', providerStatus: providerStatus, reason }, id);
	};
	const seen = await mapWithConcurrency(
		placed,
		run.concurrency,
		getTask,
		() => !run.signal?.aborted,
	);
	return placed.map((one, index) => seen[index] ?? one);
}

/** Brings what is ordered to its end without parking, for a run that has to stop with an error. */
async function waitForAll(run: Run, placed: readonly Placed[]): Promise<Result[]> {
	const finish = async (one: Placed): Promise<Result> => {
		if (one instanceof Flux2Failure) return one;
		const { plan, task } = one;
		const settled = await outcomeOf(
			task.state === 'succeeded'
				? Promise.resolve(task)
				: waitForTask(run, task.id, clock.now(), plan.timeoutSeconds),
		);
		if ('failure' in settled) return settled.failure;
		return await toOutputItem(
			run.ctx,
			throwIfFailed(settled.value),
			plan.downloadOptions,
			plan.request,
			run.signal,
		);
	};
	const results = await mapWithConcurrency(placed, run.concurrency, finish, () => true);
	return results.map((result) => result ?? new Flux2Failure({ kind: 'cancelled' }));
}

const isWaiting = (one: Placed): boolean =>
	!(one instanceof Flux2Failure) && one.task.state !== 'succeeded';

async function itemOf(
	{ ctx, signal }: Run,
	one: Placed,
	item: number,
): Promise<INodeExecutionData> {
	if (one instanceof Flux2Failure) return failureItem(ctx, one, item, true);
	const { plan, task } = one;
	return {
		...(await toOutputItem(ctx, task, plan.downloadOptions, plan.request, signal)),
		pairedItem: { item },
	};
}

/**
 * Orders all images, looks once, and parks the execution until the callbacks have told that all of
 * them are settled, or until the longest time limit. Returns what n8n ignores once it is parked.
 */
export async function createAndWait(
	run: Run,
	entries: readonly Entry[],
): Promise<INodeExecutionData[]> {
	const callbackUrl = reachableResumeUrl(run);
	const placed = await pollOnce(run, await createAll(run, entries, callbackUrl));
	const failed = placed.some((one) => one instanceof Flux2Failure);
	if (run.signal?.aborted || (failed && !run.continueOnFail) || !placed.some(isWaiting))
		return report(run, await waitForAll(run, placed));
	const plans = entries.filter(isPlan);
	const asked = Math.max(...plans.map((plan) => plan.timeoutSeconds));
	if (asked < MIN_WAIT_SECONDS)
		tell(
			run,
			`A parked execution waits at least ${MIN_WAIT_SECONDS} seconds, so the timeout of ${asked} was raised.`,
		);
	const deadline = clock.now() + Math.max(asked, MIN_WAIT_SECONDS) * 1_000;
	const items = await Promise.all(placed.map(async (one, index) => await itemOf(run, one, index)));
	const notes = placed.map(
		(one): IDataObject => (one instanceof Flux2Failure ? {} : { ...one.plan.downloadOptions }),
	);
	await putToWait(run.ctx, items, notes, deadline);
	return items;
}
