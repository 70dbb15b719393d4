import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import { toNodeError } from '../../transport/nodeErrors';
import { whyNoWaiting } from '../../transport/waiting';
import { readItemOptions } from '../options';
import { report } from '../report';
import type { Result } from '../result';
import { startRun, type Run } from '../run';
import { isTestUrl, reachableResumeUrl } from './callbackUrl';
import { checkMaxCredits, checkRestart, releaseUnspent, reserveCredits } from './limits';
import { advanceAll, type Pipeline } from './pipeline';
import {
	planRequests,
	readWaitFor,
	requestsOf,
	type Planned,
	type WaitFor,
} from './plannedRequest';
import { ReferenceFiles } from './referenceFiles';
import { waitForCallbacks } from './waitForCallbacks';

const warn = ({ ctx }: Run, message: string): void =>
	ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });

/**
 * An agent that lets the engine run its tool gets nothing of the output where the tool has an error
 * output (2.41.1): the image would be paid for and never be seen.
 *
 * @throws Flux2Failure `invalid-input`
 */
function checkAgentGetsOutput({ ctx }: Run): void {
	const { rewireOutputLogTo, onError } = ctx.getNode();
	if (rewireOutputLogTo === undefined || onError !== 'continueErrorOutput') return;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: 'The AI agent would not receive the image',
		advice: 'In the settings of this node, set On Error to Stop Workflow or Continue.',
	});
}

/** When n8n resumes an execution it pairs output items with input items by their position. */
function generatesSeveralImages({ ctx }: Run): boolean {
	return ctx.getInputData().some((_, itemIndex) => {
		try {
			return readItemOptions(ctx, itemIndex).numberOfImages > 1;
		} catch {
			return false;
		}
	});
}

/** What the node waits for. Where n8n cannot wait for a callback, the node polls and says so. */
function chooseWaitFor(run: Run): WaitFor {
	const waitFor = readWaitFor(run.ctx);
	if (waitFor !== 'callback') return waitFor;
	const reason = generatesSeveralImages(run)
		? 'several images per item cannot wait for a callback'
		: whyNoWaiting(run.ctx, run.isTool);
	if (reason === undefined) return waitFor;
	warn(run, `The node polled for the images instead of waiting for a callback: ${reason}.`);
	return 'image';
}

function warnOfTestUrl(run: Run, planned: readonly Planned[]): void {
	const isTest = requestsOf(planned).some(({ request }) => isTestUrl(request.callbackUrl ?? ''));
	if (isTest)
		warn(run, 'The callback URL is a test URL, which only works while the editor listens for it.');
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
 * Generates the images of every item, from its text alone or from reference images. While the execution
 * waits for callbacks there is no output yet.
 *
 * @throws Flux2Failure where nothing was created, else NodeApiError | NodeOperationError, naming
 *   every task.
 */
export async function generate(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	checkAgentGetsOutput(run);
	const waitFor = chooseWaitFor(run);
	const callbackUrl =
		waitFor === 'callback' ? reachableResumeUrl(ctx, run.account.baseUrl) : undefined;
	const files = new ReferenceFiles(ctx, run.account.baseUrl);
	const planned = await planRequests(run, files, callbackUrl === undefined);
	const unusable = planned.find(({ request }) => request instanceof Flux2Failure);
	if (unusable !== undefined && !run.continueOnFail)
		throw toNodeError(ctx.getNode(), unusable.request, unusable.itemIndex);
	warnOfTestUrl(run, planned);
	checkMaxCredits(run, requestsOf(planned));
	await checkRestart(run, requestsOf(planned));
	const pipeline = { run, files, planned, ...(callbackUrl !== undefined && { callbackUrl }) };
	const reservations = reserveCredits(run, requestsOf(planned));
	try {
		const results = await generateAll(pipeline, waitFor);
		return results === undefined ? [] : report(run, results);
	} finally {
		releaseUnspent(run, reservations);
	}
}
