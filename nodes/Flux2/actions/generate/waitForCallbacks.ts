import type { IDataObject } from 'n8n-workflow';
import { hashOfToken } from '../../api/callback';
import { urlsIn } from '../../api/imageUrls';
import { clock } from '../../transport/clock';
import { putToWait } from '../../transport/waiting';
import { isFailed, isPending, itemOf, type Result } from '../result';
import type { Run } from '../run';
import { advanceAll, type Pipeline } from './pipeline';
import { requestsOf } from './plannedRequest';

/**
 * Whether n8n will run the node again in this execution for a failed first item. It cannot once the
 * execution waits, so the tries come first. n8n allows 2 to 5 of them (`getRetryParams`).
 */
function hasTriesLeft({ ctx }: Run, results: readonly Result[]): boolean {
	const [first] = results;
	const { retryOnFail, maxTries } = ctx.getNode();
	if (retryOnFail !== true || first === undefined || !isFailed(first)) return false;
	const context = ctx.getContext('node');
	const run = `${ctx.getExecutionId()} ${String(ctx.getWorkflowDataProxy(0).$runIndex)}`;
	const tries = context.flux2Run === run ? Number(context.flux2Tries) + 1 : 1;
	Object.assign(context, { flux2Run: run, flux2Tries: tries });
	return tries < Math.min(5, Math.max(2, maxTries || 3));
}

function canWait(run: Run, results: readonly Result[]): boolean {
	if (run.signal?.aborted || !results.some(isPending)) return false;
	return run.continueOnFail || !results.some(isFailed);
}

async function wait({ run, planned }: Pipeline, results: readonly Result[]): Promise<void> {
	const items = results.map((result) => itemOf(run.ctx, result, true));
	const seconds = requestsOf(planned).map(({ timeoutSeconds }) => timeoutSeconds);
	const notes = planned.map(({ request }): IDataObject => {
		if (!('downloadOptions' in request)) return {};
		return { ...request.downloadOptions, sent: urlsIn(request.request) };
	});
	await putToWait(run.ctx, items, {
		notes,
		tokenHash: hashOfToken(run.token),
		deadline: clock.now() + Math.max(...seconds) * 1_000,
	});
}

/**
 * Creates all tasks, polls each once (a callback that came while the creates went out was turned
 * away), and lets n8n wait for those that are not done.
 *
 * @returns undefined when the execution waits; else the results, as after polling.
 */
export async function waitForCallbacks(pipeline: Pipeline): Promise<Result[] | undefined> {
	const created = await advanceAll(pipeline, 'created');
	const polled = await advanceAll(pipeline, 'polled', created);
	if (!canWait(pipeline.run, polled)) return await advanceAll(pipeline, 'done', polled);
	if (hasTriesLeft(pipeline.run, polled)) return polled;
	await wait(pipeline, polled);
	return undefined;
}
