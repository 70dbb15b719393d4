import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { asNodeError } from '../transport/nodeErrors';
import { makeImages } from './makeImages';
import { isPlan, readPlans, refuseAboveLimit, refuseSecondBeginning } from './plan';
import { report } from './report';
import { openRun } from './run';
import { orderAndPark, waitForOf } from './waitForCallback';

/**
 * Orders one image for every item and follows each to its end.
 *
 * @throws Flux2Failure where nothing was ordered, else NodeApiError | NodeOperationError, naming
 *   every task.
 */
export async function generate(host: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = await openRun(host);
	const waitFor = waitForOf(run);
	const plans = await readPlans(run, waitFor);
	const unusable = plans.findIndex((plan) => !isPlan(plan));
	if (unusable >= 0 && !run.goesOn) throw asNodeError(host.getNode(), plans[unusable], unusable);
	const usable = plans.filter(isPlan);
	refuseAboveLimit(run, usable);
	await refuseSecondBeginning(run, usable);
	if (waitFor === 'callback') return await orderAndPark(run, plans);
	return report(run, await makeImages(run, plans));
}
