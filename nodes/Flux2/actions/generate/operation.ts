import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { hashOfToken } from '../../api/callback';
import { Flux2Failure } from '../../api/failures';
import { urlsIn } from '../../api/imageUrls';
import { clock } from '../../transport/clock';
import { toNodeError } from '../../transport/nodeErrors';
import {
	hasTriesLeft,
	putToWait,
	readWaiting,
	type WaitingExecution,
} from '../../transport/waiting';
import { OpenTasks } from '../callbackPolls';
import { authenticateCallback, respond } from '../handleCallback';
import { isPendingItem } from '../outputItem';
import { report } from '../report';
import { isFailed, isPending, itemsOf, type Result } from '../result';
import { startRun, type Run } from '../run';
import { reachableResumeUrl, warnOfTestUrl } from './callbackUrl';
import { checkMaxCredits, checkRestart, releaseUnspent, reserveCredits } from './limits';
import { advanceAll, finishWaiting, type Pipeline } from './pipeline';
import { planRequests, requestsOf } from './plannedRequest';
import { ReferenceFiles } from './referenceFiles';
import { chooseWaitFor, type WaitFor } from './waitFor';

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

/** Lets n8n wait for callbacks. Until then, each item shows the task that it waits for. */
async function wait({ run, planned }: Pipeline, results: readonly Result[]): Promise<void> {
	const { ctx, token } = run;
	const seconds = requestsOf(planned).map(({ timeoutSeconds }) => timeoutSeconds);
	const notes = planned.map(({ request }): IDataObject => {
		if (request instanceof Flux2Failure) return {};
		return { ...request.downloadOptions, sent: urlsIn(request.request) };
	});
	const deadline = clock.now() + Math.max(...seconds) * 1_000;
	const items = itemsOf(ctx, results, true);
	await putToWait(ctx, items, { notes, tokenHash: hashOfToken(token), deadline });
}

/** @returns undefined while the execution waits. */
async function generateAll(pipeline: Pipeline, waitFor: WaitFor): Promise<Result[] | undefined> {
	if (waitFor === 'nothing') return await advanceAll(pipeline, 'created');
	if (waitFor === 'image') return await advanceAll(pipeline, 'done');
	const { ctx, signal, continueOnFail } = pipeline.run;
	const created = await advanceAll(pipeline, 'created');
	// A callback that came while the creates went out was turned away.
	const polled = await advanceAll(pipeline, 'polled', created);
	const isStopping = !continueOnFail && polled.some(isFailed);
	if (signal?.aborted || isStopping || !polled.some(isPending))
		return await advanceAll(pipeline, 'done', polled);
	const [first] = polled;
	if (first !== undefined && isFailed(first) && hasTriesLeft(ctx)) return polled;
	await wait(pipeline, polled);
	return undefined;
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
	const requests = requestsOf(planned);
	warnOfTestUrl(run, requests);
	checkMaxCredits(run, requests);
	await checkRestart(run, requests);
	const pipeline = { run, files, planned, ...(callbackUrl !== undefined && { callbackUrl }) };
	const reservations = reserveCredits(run, requests);
	try {
		const results = await generateAll(pipeline, waitFor);
		return results === undefined ? [] : report(run, results);
	} finally {
		releaseUnspent(run, reservations);
	}
}

/** The tasks that were open when the wait began, each with the URLs of its request. */
const openTasksOf = ({ items, notes }: WaitingExecution): Map<string, readonly string[]> =>
	new Map(
		items.flatMap((item, index) => {
			const sent = (notes[index]?.sent ?? []) as string[];
			return isPendingItem(item) ? [[String(item.json.taskId), sent] as const] : [];
		}),
	);

/**
 * A callback for an execution that waits: resumes it when every task it waits for is done. Until then,
 * and whatever else comes, it continues to wait.
 */
export async function resumeGenerate(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const waiting = readWaiting(ctx);
	const callback = await authenticateCallback(ctx, true, waiting.tokenHash);
	if (callback === undefined) return respond(ctx, 401, 'the token is missing or wrong');
	const executionId = String(ctx.evaluateExpression('{{ $execution.id }}', 0));
	const tasks = OpenTasks.of(executionId);
	const notDone = await tasks.poll(callback, openTasksOf(waiting));
	if (notDone === 'no answer') return respond(ctx, 503, 'a task could not be read, try again');
	if (notDone !== undefined) return respond(ctx, 200, 'waiting for other tasks');
	if (tasks.isResuming) return respond(ctx, 200, 'already resuming');
	// Too late: n8n is about to end the wait itself, and both at once would run the workflow twice.
	if (clock.now() >= waiting.resumeBefore) return respond(ctx, 200, 'the time limit has passed');
	tasks.isResuming = true;
	// The sender is answered before the images are downloaded: it does not wait for long.
	const answered = respond(ctx, 200, 'accepted');
	try {
		return { ...answered, workflowData: [await finishWaiting(ctx, waiting, tasks.done)] };
	} finally {
		OpenTasks.forget(executionId);
	}
}
