import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { USD_PER_CREDIT } from '../../api/contract';
import { Flux2Failure } from '../../api/failures';
import { toNodeError } from '../../transport/nodeErrors';
import { planRequests, type PlannedRequest } from '../generate/plannedRequest';
import { ReferenceFiles } from '../generate/referenceFiles';
import { itemsOf, type Result } from '../result';
import { startRun } from '../run';

/** Cents, in tenths: prices of the list are whole cents, but the price of a credit may change. */
const roundUsd = (usd: number): number => Math.round(usd * 1_000) / 1_000;

function estimateOf(requests: readonly PlannedRequest[]): INodeExecutionData {
	const credits = requests.reduce((sum, request) => sum + request.credits, 0);
	const { mode, resolution, aspectRatio } = requests[0]?.request ?? {};
	return {
		json: {
			images: requests.length,
			creditsEstimated: credits,
			usdEstimated: roundUsd(credits * USD_PER_CREDIT),
			mode,
			resolution,
			aspectRatio,
		},
	};
}

/**
 * The estimated cost of every item, after all checks of Generate Image. Sends no request.
 *
 * @throws Flux2Failure | NodeOperationError for input that Generate Image would refuse.
 */
export async function estimate(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	const files = new ReferenceFiles(ctx, run.account.baseUrl);
	const planned = await planRequests(run, files, false);
	const results = ctx.getInputData().map((_, itemIndex): Result => {
		const requests = planned.filter((one) => one.itemIndex === itemIndex).map((one) => one.request);
		const failure = requests.find((request) => request instanceof Flux2Failure);
		return { itemIndex, outcome: failure ?? estimateOf(requests as PlannedRequest[]) };
	});
	const failed = results.find(({ outcome }) => outcome instanceof Flux2Failure);
	if (failed !== undefined && !run.continueOnFail)
		throw toNodeError(ctx.getNode(), failed.outcome, failed.itemIndex);
	return itemsOf(ctx, results);
}
