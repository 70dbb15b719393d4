import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from '../../transport/nodeErrors';
import { generateImages } from './generateImages';
import { isPlan, readPlans, checkMaxCredits, checkRestart } from './plan';
import { report } from '../report';
import { startRun } from '../run';
import { createAndWait, waitForOf } from './waitForCallback';

/**
 * Orders one image for every item and follows each to its end.
 *
 * @throws Flux2Failure where nothing was ordered, else NodeApiError | NodeOperationError, naming
 *   every task.
 */
export async function generate(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await startRun(ctx);
	const waitFor = waitForOf(run);
	const plans = await readPlans(run, waitFor);
	const unusable = plans.findIndex((plan) => !isPlan(plan));
	if (unusable >= 0 && !run.continueOnFail)
		throw toNodeError(ctx.getNode(), plans[unusable], unusable);
	const usable = plans.filter(isPlan);
	checkMaxCredits(run, usable);
	await checkRestart(run, usable);
	if (waitFor === 'callback') return await createAndWait(run, plans);
	return report(run, await generateImages(run, plans));
}
