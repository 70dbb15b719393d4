import type { IExecuteFunctions } from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import { whyNoWaiting } from '../../transport/waiting';
import { readItemOptions, sameForAllItems } from '../options';
import { warn, type Run } from '../run';

const WAIT_FOR = ['image', 'callback', 'nothing'] as const;
export type WaitFor = (typeof WAIT_FOR)[number];

/** @throws Flux2Failure `invalid-input` for a value that does not exist, or differs between items. */
function readWaitFor(ctx: IExecuteFunctions): WaitFor {
	const read = (itemIndex: number): unknown => ctx.getNodeParameter('waitFor', itemIndex, 'image');
	const value = sameForAllItems<unknown>(ctx, 'Wait For', read, 'image');
	const waitFor = WAIT_FOR.find((entry) => entry === value);
	if (waitFor !== undefined) return waitFor;
	throw new Flux2Failure({
		kind: 'invalid-input',
		problem: `"Wait For" cannot be "${String(value)}"`,
		advice: `Choose ${WAIT_FOR.join(', ')}.`,
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

/**
 * What the node waits for. Where n8n cannot wait for a callback, the node polls and says so.
 *
 * @throws Flux2Failure `invalid-input`
 */
export function chooseWaitFor(run: Run): WaitFor {
	const waitFor = readWaitFor(run.ctx);
	if (waitFor !== 'callback') return waitFor;
	const reason = generatesSeveralImages(run)
		? 'several images per item cannot wait for a callback'
		: whyNoWaiting(run.ctx, run.isTool);
	if (reason === undefined) return waitFor;
	warn(run, `The node polled for the images instead of waiting for a callback: ${reason}.`);
	return 'image';
}
