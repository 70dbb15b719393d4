import { priceOf } from '../../api/contract';
import { Flux2Failure, outcomeOf } from '../../api/failures';
import { fingerprint, validateInput, type ImageRequest } from '../../api/request';
import { checkForRestart } from '../../transport/restartGuard';
import type { Ledger } from '../../transport/ledger';
import { isUnreachable } from '../../transport/reachability';
import { readDownloadOptions, type DownloadOptions } from '../downloadFields';
import { readOptions } from '../options';
import { readReferences } from './referenceImages';
import type { Run } from '../run';

export type WaitFor = 'image' | 'callback' | 'nothing';

/** One item, read and checked: everything that can be known before money is spent. */
export interface Plan {
	itemIndex: number;
	waitFor: WaitFor;
	request: ImageRequest;
	fingerprint: string;
	/** Credits of the price list. */
	credits: number;
	timeoutSeconds: number;
	downloadOptions: DownloadOptions;
}

export const isPlan = (entry: Plan | Flux2Failure): entry is Plan =>
	!(entry instanceof Flux2Failure);

async function readPlan(run: Run, itemIndex: number, waitFor: WaitFor): Promise<Plan> {
	const { ctx } = run;
	const parameter = (name: string, fallback: unknown): unknown =>
		ctx.getNodeParameter(name, itemIndex, fallback);
	const callbackUrl = waitFor === 'callback' ? '' : parameter('callbackUrl', '');
	if (typeof callbackUrl === 'string' && isUnreachable(callbackUrl, run.account.baseUrl))
		throw new Flux2Failure({
			kind: 'invalid-input',
			problem: `API in One cannot reach the callback URL: it is only on this machine (${callbackUrl})`,
			advice:
				'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n and copy the URL of the trigger again.',
		});
	const request = validateInput({
		prompt: parameter('prompt', ''),
		mode: parameter('mode', 'pro'),
		resolution: parameter('resolution', '1K'),
		aspectRatio: parameter('aspectRatio', '1:1'),
		references: await readReferences(ctx, itemIndex, run.account.baseUrl),
		callbackUrl,
	});
	const options = readOptions(ctx, itemIndex);
	return {
		itemIndex,
		waitFor,
		request: request,
		fingerprint: fingerprint(request),
		credits: priceOf(request.mode, request.resolution),
		timeoutSeconds: options.timeoutSeconds,
		downloadOptions: readDownloadOptions(ctx, itemIndex, options.fileName, run.isTool),
	};
}

/** Reads every item. Nothing is sent; what cannot be ordered is a failure in its place. */
export async function readPlans(run: Run, waitFor: WaitFor): Promise<Array<Plan | Flux2Failure>> {
	const plans: Array<Plan | Flux2Failure> = [];
	for (let itemIndex = 0; itemIndex < run.ctx.getInputData().length; itemIndex++) {
		const outcome = await outcomeOf(readPlan(run, itemIndex, waitFor));
		plans.push('value' in outcome ? outcome.value : outcome.failure);
	}
	return plans;
}

const notYetCreated = (ledger: Ledger, plans: readonly Plan[]): Plan[] =>
	plans.filter((plan) => ledger.find(plan.itemIndex, plan.fingerprint) === undefined);

/**
 * Refuses a run that would take this execution above the limit: what the ledger holds, plus what is
 * still to be ordered.
 *
 * @throws Flux2Failure `invalid-input`
 */
export function checkMaxCredits({ ctx, ledger }: Run, plans: readonly Plan[]): void {
	const { maxCredits } = readOptions(ctx, 0);
	if (maxCredits === 0) return;
	const held = ledger.credits;
	const toCome = notYetCreated(ledger, plans).reduce((sum, plan) => sum + plan.credits, 0);
	if (toCome === 0 || held + toCome <= maxCredits) return;
	const already = held === 0 ? '' : `, ${held} of them already ordered in this execution`;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `This would cost ${held + toCome} credits by the price list${already}; your limit is ${maxCredits}`,
		advice:
			'Raise "Max Credits" in the options, choose a cheaper mode or resolution, or send fewer items.',
	});
}

/**
 * Refuses to order where an earlier beginning, of which the ledger knows nothing, may have paid.
 *
 * @throws Flux2Failure `restarted`
 */
export async function checkRestart(
	{ ctx, ledger, isTool }: Run,
	plans: readonly Plan[],
): Promise<void> {
	// An agent words its prompts anew each time, and in n8n 1.x its tools have no context to rely on.
	if (isTool || notYetCreated(ledger, plans).length === 0) return;
	const start = await checkForRestart(ctx);
	if (start !== 'first') throw new Flux2Failure({ kind: 'restarted', by: start });
}
