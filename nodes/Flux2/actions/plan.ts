import { priceOf } from '../api/contract';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { fingerprint, toOrder, type Order } from '../api/request';
import { beginningOf } from '../transport/beginning';
import type { Ledger } from '../transport/ledger';
import { isOutOfReach } from '../transport/reach';
import { readWanted, type Wanted } from './downloadFields';
import { readOptions } from './options';
import { readReferences } from './referenceImages';
import type { Run } from './run';

export type WaitFor = 'image' | 'callback' | 'nothing';

/** One item, read and checked: everything that can be known before money is spent. */
export interface Plan {
	itemIndex: number;
	waitFor: WaitFor;
	order: Order;
	fingerprint: string;
	/** Credits of the price list. */
	credits: number;
	timeoutSeconds: number;
	wanted: Wanted;
}

export const isPlan = (entry: Plan | Flux2Failure): entry is Plan =>
	!(entry instanceof Flux2Failure);

async function readPlan(run: Run, itemIndex: number, waitFor: WaitFor): Promise<Plan> {
	const { host } = run;
	const parameter = (name: string, fallback: unknown): unknown =>
		host.getNodeParameter(name, itemIndex, fallback);
	const callbackUrl = waitFor === 'callback' ? '' : parameter('callbackUrl', '');
	if (typeof callbackUrl === 'string' && isOutOfReach(callbackUrl, run.account.baseUrl))
		throw new Flux2Failure({
			kind: 'invalid',
			problem: `API in One cannot reach the callback URL: it is only on this machine (${callbackUrl})`,
			advice:
				'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n and copy the URL of the trigger again.',
		});
	const order = toOrder({
		prompt: parameter('prompt', ''),
		mode: parameter('mode', 'pro'),
		resolution: parameter('resolution', '1K'),
		aspectRatio: parameter('aspectRatio', '1:1'),
		references: await readReferences(host, itemIndex, run.account.baseUrl),
		callbackUrl,
	});
	const options = readOptions(host, itemIndex);
	return {
		itemIndex,
		waitFor,
		order,
		fingerprint: fingerprint(order),
		credits: priceOf(order.mode, order.resolution),
		timeoutSeconds: options.timeoutSeconds,
		wanted: readWanted(host, itemIndex, options.fileName, run.isTool),
	};
}

/** Reads every item. Nothing is sent; what cannot be ordered is a failure in its place. */
export async function readPlans(run: Run, waitFor: WaitFor): Promise<Array<Plan | Flux2Failure>> {
	const plans: Array<Plan | Flux2Failure> = [];
	for (let itemIndex = 0; itemIndex < run.host.getInputData().length; itemIndex++) {
		const outcome = await outcomeOf(readPlan(run, itemIndex, waitFor));
		plans.push('value' in outcome ? outcome.value : outcome.failure);
	}
	return plans;
}

const notYetOrdered = (ledger: Ledger, plans: readonly Plan[]): Plan[] =>
	plans.filter((plan) => ledger.find(plan.itemIndex, plan.fingerprint) === undefined);

/**
 * Refuses a run that would take this execution above the limit: what the ledger holds, plus what is
 * still to be ordered.
 *
 * @throws Flux2Failure `invalid`
 */
export function refuseAboveLimit({ host, ledger }: Run, plans: readonly Plan[]): void {
	const { maxCredits } = readOptions(host, 0);
	if (maxCredits === 0) return;
	const held = ledger.credits;
	const toCome = notYetOrdered(ledger, plans).reduce((sum, plan) => sum + plan.credits, 0);
	if (toCome === 0 || held + toCome <= maxCredits) return;
	const already = held === 0 ? '' : `, ${held} of them already ordered in this execution`;
	throw new Flux2Failure({
		kind: 'invalid',
		problem: `This would cost ${held + toCome} credits by the price list${already}; your limit is ${maxCredits}`,
		advice:
			'Raise "Max Credits" in the options, choose a cheaper mode or resolution, or send fewer items.',
	});
}

/**
 * Refuses to order where an earlier beginning, of which the ledger knows nothing, may have paid.
 *
 * @throws Flux2Failure `begun-before`
 */
export async function refuseSecondBeginning(
	{ host, ledger, isTool }: Run,
	plans: readonly Plan[],
): Promise<void> {
	// An agent words its prompts anew each time, and in n8n 1.x its tools have no context to rely on.
	if (isTool || notYetOrdered(ledger, plans).length === 0) return;
	const beginning = await beginningOf(host);
	if (beginning !== 'first') throw new Flux2Failure({ kind: 'begun-before', beginning });
}
