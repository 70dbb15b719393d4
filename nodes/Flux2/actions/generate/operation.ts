import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import { toNodeError } from '../../transport/nodeErrors';
import { whyNoWaiting } from '../../transport/waiting';
import { report } from '../report';
import { startRun, type Run } from '../run';
import type { Result } from '../summary';
import { advanceAll, type Pipeline } from './pipeline';
import {
	isPlanned,
	planRequests,
	readWaitFor,
	type PlannedRequest,
	type WaitFor,
} from './plannedRequest';
import { ReferenceFiles } from './referenceFiles';
import { reachableResumeUrl, waitForCallbacks } from './waitForCallbacks';

/** What the node waits for. Where n8n cannot wait for a callback, the node polls and says so. */
function chooseWaitFor({ ctx, isTool }: Run): WaitFor {
	const waitFor = readWaitFor(ctx);
	if (waitFor !== 'callback') return waitFor;
	const reason = whyNoWaiting(ctx, isTool);
	if (reason === undefined) return waitFor;
	const message = `The node polled for the images instead of waiting for a callback: ${reason}.`;
	ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	return 'image';
}

const notYetCreated = ({ ledger }: Run, planned: readonly PlannedRequest[]): PlannedRequest[] =>
	planned.filter((one) => ledger.find(one) === undefined);

/**
 * Refuses a run that would take this execution above its limit: what the ledger holds, plus what is
 * still to be created.
 *
 * @throws Flux2Failure `invalid-input`
 */
function checkMaxCredits(run: Run, planned: readonly PlannedRequest[]): void {
	const { maxCredits } = run.options;
	const held = run.ledger.credits;
	const toCome = notYetCreated(run, planned).reduce((sum, { credits }) => sum + credits, 0);
	if (maxCredits === 0 || toCome === 0 || held + toCome <= maxCredits) return;
	const already = held === 0 ? '' : `, ${held} of them already requested in this execution`;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `This would cost ${held + toCome} credits by the price list${already}; your limit is ${maxCredits}`,
		advice:
			'Raise "Max Credits" in the options, choose a cheaper mode or resolution, or send fewer items.',
	});
}

/**
 * Refuses to create tasks where an earlier run, of which the ledger knows nothing, may have paid.
 *
 * @throws Flux2Failure `restarted`
 */
async function checkRestart(run: Run, planned: readonly PlannedRequest[]): Promise<void> {
	if (run.restartGuard === undefined || notYetCreated(run, planned).length === 0) return;
	const start = await run.restartGuard.check();
	if (start !== 'first') throw new Flux2Failure({ kind: 'restarted', by: start });
}

async function generateAll(pipeline: Pipeline, waitFor: WaitFor): Promise<Result[] | undefined> {
	switch (waitFor) {
		case 'nothing':
			return await advanceAll(pipeline, 'created');
		case 'image':
			return await advanceAll(pipeline, 'done');
		case 'callback':
			return await waitForCallbacks(pipeline);
	}
}

/**
 * Generates one image for every item. While the execution waits for callbacks there is no output yet.
 *
 * @throws Flux2Failure where nothing was created, else NodeApiError | NodeOperationError, naming
 *   every task.
 */
export async function generate(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	const waitFor = chooseWaitFor(run);
	const callbackUrl = waitFor === 'callback' ? reachableResumeUrl(run) : undefined;
	const files = new ReferenceFiles(ctx, run.account.baseUrl);
	const planned = await planRequests(run, files, waitFor);
	const unusable = planned.findIndex((one) => !isPlanned(one));
	if (unusable >= 0 && !run.continueOnFail)
		throw toNodeError(ctx.getNode(), planned[unusable], unusable);
	const usable = planned.filter(isPlanned);
	checkMaxCredits(run, usable);
	await checkRestart(run, usable);
	const pipeline = { run, files, planned, ...(callbackUrl !== undefined && { callbackUrl }) };
	const results = await generateAll(pipeline, waitFor);
	return results === undefined ? [] : report(run, results);
}
