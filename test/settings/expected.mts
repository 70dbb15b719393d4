import type { ExecutionStatus } from 'n8n-workflow';
import { isAgent, type Cell } from './cells.mts';

/** What became of a cell, at the service and for the user. */
export interface CellOutcome {
	/** Create requests that reached the service. */
	creates: number;
	/** Tasks that the service created. */
	tasks: number;
	/** Credits charged, minus those refunded. */
	credits: number;
	/** Each output item as "input item: word", in order. */
	items: string[];
	status: ExecutionStatus;
}

const PRICE = 5;
const TRIES = 3;

/** Whether the node waits for a callback, or polls because n8n cannot wait there. */
const waits = (cell: Cell): boolean =>
	cell.waitFor === 'callback' &&
	!cell.executeOnce &&
	!isAgent(cell) &&
	(cell.context !== 'sub-workflow' || cell.signed);

/** How many of the three items the node gets. */
const itemsOf = (cell: Cell): number => (cell.executeOnce || isAgent(cell) ? 1 : 3);

const continues = (cell: Cell): boolean => isAgent(cell) || cell.onError !== 'stopWorkflow';

/**
 * n8n runs the node again when it throws, or when its first output item has an error. Where an agent
 * runs it, only what it throws counts, and it throws nothing there.
 */
const tries = ({ retryOnFail, context }: Cell): number =>
	retryOnFail && context !== 'n8n Agents' && context !== 'agent' ? TRIES : 1;

const outcome = (
	creates: number,
	tasks: number,
	images: number,
	words: string[],
	status: ExecutionStatus = 'success',
): CellOutcome => ({
	creates,
	tasks,
	credits: images * PRICE,
	items: words.map((word, index) => `${index}: ${word}`),
	status,
});

/** n8n puts an empty item on the success output where every item went to the error output. */
const isEmptySuccess = ({ onError, alwaysOutputData, context }: Cell): boolean =>
	onError === 'continueErrorOutput' && alwaysOutputData && !isAgent({ context });

/** What has to come of a cell, from the rules of n8n and the promises of the package alone. */
export function expectedOutcome(cell: Cell): CellOutcome {
	if (cell.context === 'pinned data') return outcome(0, 0, 0, ['pinned']);
	// n8n hands an agent nothing of a tool with an error output, so nothing may be paid for.
	if (cell.context === 'agent (engine)' && cell.onError === 'continueErrorOutput')
		return outcome(0, 0, 0, cell.alwaysOutputData ? ['empty'] : []);
	const count = itemsOf(cell);
	const good = cell.waitFor === 'nothing' ? 'pending' : isAgent(cell) ? 'link' : 'image';
	const all = Array.from({ length: count }, () => good);
	switch (cell.event) {
		case 'all succeed':
			return outcome(count, count, count, all);
		case 'the first create is refused': {
			const refusals = tries(cell);
			if (!continues(cell)) return outcome(refusals, 0, 0, [], 'error');
			const others = count - 1;
			const refused = outcome(refusals + others, others, others, ['failed', ...all.slice(1)]);
			return count === 1 && isEmptySuccess(cell)
				? { ...refused, items: ['0: empty', '0: failed'] }
				: refused;
		}
		case 'no image in time': {
			const words = all.map(() =>
				waits(cell) ? 'pending' : cell.waitFor === 'nothing' ? good : 'failed',
			);
			if (cell.waitFor === 'nothing' || waits(cell) || continues(cell)) {
				const timedOut = outcome(count, count, count, words);
				return words[0] === 'failed' && isEmptySuccess(cell)
					? { ...timedOut, items: ['0: empty', ...timedOut.items] }
					: timedOut;
			}
			// In a loop the other items' turn never comes.
			const created = cell.context === 'loop' ? 1 : count;
			return outcome(created, created, created, [], 'error');
		}
		case 'the second task fails': {
			// The run is over before the task fails, or there is no second item.
			if (cell.waitFor === 'nothing' || count === 1) return outcome(count, count, count, all);
			const words = all.map((word, index) => (index === 1 ? 'failed' : word));
			// A waiting execution cannot be made to fail, and n8n cannot run its node again.
			if (waits(cell)) return outcome(count, count, count - 1, words);
			// n8n tries again what fails first in a run of the node; in a loop that is each item.
			const retries = cell.context === 'loop' ? tries(cell) - 1 : 0;
			if (continues(cell)) return outcome(count + retries, count + retries, count - 1, words);
			// In a loop the third item's turn never comes.
			const others = cell.context === 'loop' ? 1 : count - 1;
			const failures = tries(cell);
			const items = cell.context === 'loop' ? [good] : [];
			return outcome(others + failures, others + failures, others, items, 'error');
		}
	}
}
