import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { MODES, priceOf, PROMPT_LENGTH, RESOLUTIONS, type Mode } from '../api/contract';
import { Flux2Failure, outcomeOf } from '../api/failures';
import { asNodeError } from '../transport/nodeErrors';
import { buy, justOrdered } from './buy';
import { conclude, downloadFields } from './conclude';
import { follow } from './follow';
import { runInLanes } from './lanes';
import { readPlans, refuseAboveLimit, type Plan } from './plan';
import { referenceImagesField } from './referenceImages';
import { report, type Result } from './report';
import { openRun, type Run } from './run';
import { orderAndPark, waitForOf } from './waitForCallback';

const isPlan = (entry: Plan | Flux2Failure): entry is Plan => !(entry instanceof Flux2Failure);

/** One item from the order to its item: create, look, download. */
async function journey(run: Run, plan: Plan, mayOrder: () => boolean): Promise<INodeExecutionData> {
	const { order, itemIndex, fingerprint, wanted, timeoutSeconds } = plan;
	const { taskId, createdAt } = await buy(run, plan, order.callbackUrl, mayOrder);
	if (plan.waitFor === 'nothing')
		return await conclude(run.host, justOrdered(taskId), wanted, order);
	const followed = await outcomeOf(follow(run, taskId, createdAt, timeoutSeconds));
	if ('value' in followed)
		return await conclude(run.host, followed.value, wanted, order, run.signal);
	// The service bills no failed task, so a retry may order this image anew.
	if (followed.failure.failure.kind === 'failed') run.ledger.forget(itemIndex, fingerprint);
	throw followed.failure;
}

/** What became of a plan whose journey never began. */
function notBegun(run: Run, plan: Plan | Flux2Failure): Flux2Failure {
	if (!isPlan(plan)) return plan;
	const held = run.ledger.find(plan.itemIndex, plan.fingerprint);
	return new Flux2Failure({ kind: 'cancelled' }, held?.taskId);
}

/** Runs every plan in lanes. One failure never costs the others what they have ordered. */
async function makeAll(run: Run, plans: ReadonlyArray<Plan | Flux2Failure>): Promise<Result[]> {
	let stopping = false;
	const makeOne = async (plan: Plan | Flux2Failure): Promise<Result> => {
		if (!isPlan(plan)) return plan;
		const made = await outcomeOf(journey(run, plan, () => !stopping));
		if ('value' in made) return made.value;
		// What is ordered is followed to its end, but a run that will stop orders nothing more.
		stopping ||= !run.goesOn;
		return made.failure;
	};
	const outcomes = await runInLanes(plans, run.lanes, makeOne, () => !run.signal?.aborted);
	return plans.map((plan, index) => outcomes[index] ?? notBegun(run, plan));
}

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
	refuseAboveLimit(run, plans.filter(isPlan));
	if (waitFor === 'callback') return await orderAndPark(run, plans);
	return report(run, await makeAll(run, plans));
}

const shownFor = { show: { operation: ['generate'] } };

const credits = (mode: Mode): string =>
	RESOLUTIONS.map((resolution) => `${priceOf(mode, resolution)} credits at ${resolution}`).join(
		', ',
	);

/** One line for each price, so that the price of what is chosen is always in sight. */
const priceNotices: INodeProperties[] = MODES.flatMap((mode) =>
	RESOLUTIONS.map((resolution) => ({
		displayName: `By the price list one image costs ${priceOf(mode, resolution)} credits (about $${(priceOf(mode, resolution) / 100).toFixed(2)})`,
		name: `price_${mode}_${resolution}`,
		type: 'notice' as const,
		default: '',
		displayOptions: { show: { operation: ['generate'], mode: [mode], resolution: [resolution] } },
	})),
);

export const generateFields: INodeProperties[] = [
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. A red bicycle leaning on a blue wall, morning light',
		description: `What the image shows, in ${PROMPT_LENGTH.min} to ${PROMPT_LENGTH.max} characters`,
		displayOptions: shownFor,
	},
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		default: 'pro',
		options: [
			{ name: 'Pro', value: 'pro', description: `${credits('pro')} by the price list` },
			{ name: 'Flex', value: 'flex', description: `${credits('flex')} by the price list` },
		],
		description: 'Which Flux 2 model makes the image',
		displayOptions: shownFor,
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '1K',
		options: [
			{ name: '1K', value: '1K', description: 'About 1 megapixel' },
			{ name: '2K', value: '2K', description: 'About 4 megapixels' },
		],
		description: 'How large the image is',
		displayOptions: shownFor,
	},
	...priceNotices,
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		default: '1:1',
		options: [
			{ name: '1:1 Square', value: '1:1' },
			{ name: '16:9 Widescreen', value: '16:9' },
			{ name: '2:3 Photo Upright', value: '2:3' },
			{ name: '3:2 Photo', value: '3:2' },
			{ name: '3:4 Portrait', value: '3:4' },
			{ name: '4:3 Landscape', value: '4:3' },
			{ name: '9:16 Story', value: '9:16' },
			{
				name: 'Auto',
				value: 'auto',
				description: 'Like the first reference image, so it needs one',
			},
		],
		description: 'Shape of the image. By expression any width:height can be given.',
		displayOptions: shownFor,
	},
	{ ...referenceImagesField, displayOptions: shownFor },
	{
		displayName: 'Wait For',
		name: 'waitFor',
		type: 'options',
		default: 'image',
		options: [
			{
				name: 'Callback',
				value: 'callback',
				description:
					'Park the execution, free the worker, and go on when the service calls back. This n8n must be reachable from the internet.',
			},
			{
				name: 'Image',
				value: 'image',
				description: 'Look until the image is ready, then go on with it',
			},
			{
				name: 'Nothing',
				value: 'nothing',
				description: 'Order the image and go on at once with the task ID',
			},
		],
		description: 'What to wait for before the workflow goes on',
		displayOptions: shownFor,
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…/flux2',
		description:
			'Production URL of a Flux 2 Trigger, which starts its workflow when the image is ready. A safety net when this node waits for the image too.',
		displayOptions: { show: { operation: ['generate'], waitFor: ['image', 'nothing'] } },
	},
	...downloadFields({ show: { operation: ['generate'], waitFor: ['image', 'callback'] } }),
];
