import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure, outcomeOf } from '../api/failures';
import type { Task } from '../api/task';
import { clock } from '../transport/clock';
import { isOutOfReach } from '../transport/reach';
import { canPark, park, resumeUrlOf, SHORTEST_WAIT_SECONDS } from '../transport/resume';
import { buy, justOrdered } from './buy';
import { conclude } from './conclude';
import { follow, unlessFailed } from './follow';
import { runInLanes } from './lanes';
import { isPlan, type Plan, type WaitFor } from './plan';
import { failedItem, report } from './report';
import type { Result } from './summary';
import type { Run } from './run';

type Entry = Plan | Flux2Failure;
type Placed = { plan: Plan; task: Task } | Flux2Failure;

const tell = ({ host }: Run, message: string): void =>
	host.addExecutionHints({ message, type: 'warning', location: 'outputPane' });

/** What the node waits for: where an execution cannot be parked, it looks by itself instead. */
export function waitForOf(run: Run): WaitFor {
	const { host, isTool } = run;
	const chosen = host.getNodeParameter('waitFor', 0, 'image') as WaitFor;
	if (chosen !== 'callback' || canPark(host, isTool)) return chosen;
	tell(
		run,
		'This execution cannot be parked for a callback, so the node looked for the images itself.',
	);
	return 'image';
}

/** @throws Flux2Failure `invalid` when a callback could never arrive. Nothing was ordered. */
function resumeUrlInReach({ host, account }: Run): string {
	const url = resumeUrlOf(host);
	if (!isOutOfReach(url, account.baseUrl)) return url;
	throw new Flux2Failure({
		kind: 'invalid',
		problem: `API in One cannot call back: this n8n calls itself ${new URL(url).origin}`,
		advice:
			'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n, or choose "Image" under "Wait For", which needs no callback.',
	});
}

async function orderAll(
	run: Run,
	entries: readonly Entry[],
	callbackUrl: string,
): Promise<Placed[]> {
	let stopping = false;
	const order = async (plan: Entry): Promise<Placed> => {
		if (!isPlan(plan)) return plan;
		const bought = await outcomeOf(buy(run, plan, callbackUrl, () => !stopping));
		if ('value' in bought) return { plan, task: justOrdered(bought.value.taskId) };
		stopping ||= !run.goesOn;
		return bought.failure;
	};
	const placed = await runInLanes(entries, run.lanes, order, () => true);
	return placed.map((one) => one ?? new Flux2Failure({ kind: 'not-ordered' }));
}

/** A callback that came while the orders were still going out was turned away: one look at each. */
async function lookOnce(run: Run, placed: readonly Placed[]): Promise<Placed[]> {
	const look = async (one: Placed): Promise<Placed> => {
		if (one instanceof Flux2Failure) return one;
		const { plan } = one;
		const read = await outcomeOf(run.client.read(one.task.id));
		if ('failure' in read) return read.failure.failure.kind === 'no-image' ? read.failure : one;
		if (read.value.state !== 'failed') return { plan, task: read.value };
		run.ledger.forget(plan.itemIndex, plan.fingerprint);
		const { word, reason, id } = read.value;
		return new Flux2Failure({ kind: 'failed', word, reason }, id);
	};
	const seen = await runInLanes(placed, run.lanes, look, () => !run.signal?.aborted);
	return placed.map((one, index) => seen[index] ?? one);
}

/** Brings what is ordered to its end without parking, for a run that has to stop with an error. */
async function followAll(run: Run, placed: readonly Placed[]): Promise<Result[]> {
	const finish = async (one: Placed): Promise<Result> => {
		if (one instanceof Flux2Failure) return one;
		const { plan, task } = one;
		const settled = await outcomeOf(
			task.state === 'succeeded'
				? Promise.resolve(task)
				: follow(run, task.id, clock.now(), plan.timeoutSeconds),
		);
		if ('failure' in settled) return settled.failure;
		return await conclude(
			run.host,
			unlessFailed(settled.value),
			plan.wanted,
			plan.order,
			run.signal,
		);
	};
	const results = await runInLanes(placed, run.lanes, finish, () => true);
	return results.map((result) => result ?? new Flux2Failure({ kind: 'cancelled' }));
}

const isWaiting = (one: Placed): boolean =>
	!(one instanceof Flux2Failure) && one.task.state !== 'succeeded';

async function itemOf(
	{ host, signal }: Run,
	one: Placed,
	item: number,
): Promise<INodeExecutionData> {
	if (one instanceof Flux2Failure) return failedItem(host, one, item, true);
	const { plan, task } = one;
	return { ...(await conclude(host, task, plan.wanted, plan.order, signal)), pairedItem: { item } };
}

/**
 * Orders all images, looks once, and parks the execution until the callbacks have told that all of
 * them are settled, or until the longest time limit. Returns what n8n ignores once it is parked.
 */
export async function orderAndPark(
	run: Run,
	entries: readonly Entry[],
): Promise<INodeExecutionData[]> {
	const callbackUrl = resumeUrlInReach(run);
	const placed = await lookOnce(run, await orderAll(run, entries, callbackUrl));
	const failed = placed.some((one) => one instanceof Flux2Failure);
	if (run.signal?.aborted || (failed && !run.goesOn) || !placed.some(isWaiting))
		return report(run, await followAll(run, placed));
	const plans = entries.filter(isPlan);
	const asked = Math.max(...plans.map((plan) => plan.timeoutSeconds));
	if (asked < SHORTEST_WAIT_SECONDS)
		tell(
			run,
			`A parked execution waits at least ${SHORTEST_WAIT_SECONDS} seconds, so the timeout of ${asked} was raised.`,
		);
	const deadline = clock.now() + Math.max(asked, SHORTEST_WAIT_SECONDS) * 1_000;
	const items = await Promise.all(placed.map(async (one, index) => await itemOf(run, one, index)));
	const notes = placed.map(
		(one): IDataObject => (one instanceof Flux2Failure ? {} : { ...one.plan.wanted }),
	);
	await park(run.host, items, notes, deadline);
	return items;
}
