import type { IDataObject } from 'n8n-workflow';
import { hashOfToken } from '../../api/callback';
import { Flux2Failure } from '../../api/failures';
import { clock } from '../../transport/clock';
import { isUnreachable } from '../../transport/reachability';
import { getResumeUrl, LATEST_DEADLINE_MS, putToWait } from '../../transport/waiting';
import { failureItem } from '../report';
import type { Run } from '../run';
import { isFailure, type Result } from '../summary';
import { advanceAll, isPending, type Pipeline } from './pipeline';
import { isPlanned } from './plannedRequest';

/** @throws Flux2Failure `invalid-input` when a callback could never arrive. Nothing was created. */
export function reachableResumeUrl({ ctx, account }: Run): string {
	const url = getResumeUrl(ctx);
	if (!isUnreachable(url, account.baseUrl)) return url;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `API in One cannot call back: this n8n calls itself ${new URL(url).origin}`,
		advice:
			'Set WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n, or choose "Image" under "Wait For", which needs no callback.',
	});
}

/**
 * Whether n8n will run the node again in this execution for a failed first item. It cannot once the
 * execution waits, so the tries come first. n8n allows 2 to 5 of them (`getRetryParams`).
 */
function hasTriesLeft({ ctx }: Run, results: readonly Result[]): boolean {
	const [first] = results;
	const { retryOnFail, maxTries } = ctx.getNode();
	if (retryOnFail !== true || first === undefined || !isFailure(first)) return false;
	const context = ctx.getContext('node');
	const run = `${ctx.getExecutionId()} ${String(ctx.getWorkflowDataProxy(0).$runIndex)}`;
	const tries = context.flux2Try === run ? Number(context.flux2Tries) + 1 : 1;
	Object.assign(context, { flux2Try: run, flux2Tries: tries });
	return tries < Math.min(5, Math.max(2, maxTries ?? 3));
}

function canWait(run: Run, results: readonly Result[]): boolean {
	if (run.signal?.aborted || !results.some(isPending)) return false;
	return run.continueOnFail || !results.some(isFailure);
}

async function wait({ run, planned }: Pipeline, results: readonly Result[]): Promise<void> {
	const items = results.map((result, item) =>
		isFailure(result)
			? failureItem(run.ctx, result, item, true)
			: { ...result, pairedItem: { item } },
	);
	const seconds = planned.filter(isPlanned).map(({ timeoutSeconds }) => timeoutSeconds);
	const deadline = Math.min(clock.now() + Math.max(...seconds) * 1_000, LATEST_DEADLINE_MS);
	const notes = planned.map(
		(one): IDataObject => (isPlanned(one) ? { ...one.downloadOptions } : {}),
	);
	await putToWait(run.ctx, items, { notes, tokenHash: hashOfToken(run.token), deadline });
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
