import { Flux2Failure } from '../../api/failures';
import type { Run } from '../run';
import type { PlannedRequest } from './plannedRequest';

const notYetCreated = ({ ledger }: Run, requests: readonly PlannedRequest[]): PlannedRequest[] =>
	requests.filter((request) => ledger.find(request) === undefined);

/**
 * Refuses a run that would take this execution above its limit: what the ledger holds, plus what is
 * still to be created.
 *
 * @throws Flux2Failure `credit-limit`
 */
export function checkMaxCredits(run: Run, requests: readonly PlannedRequest[]): void {
	const { maxCredits } = run.options;
	const held = run.ledger.credits;
	const toCome = notYetCreated(run, requests).reduce((sum, { credits }) => sum + credits, 0);
	if (maxCredits === 0 || toCome === 0 || held + toCome <= maxCredits) return;
	throw new Flux2Failure({
		kind: 'credit-limit',
		credits: held + toCome,
		held,
		limit: maxCredits,
	});
}

/**
 * Refuses to create tasks where an earlier run, of which the ledger knows nothing, may have paid.
 *
 * @throws Flux2Failure `restarted`
 */
export async function checkRestart(run: Run, requests: readonly PlannedRequest[]): Promise<void> {
	if (run.restartGuard === undefined || notYetCreated(run, requests).length === 0) return;
	const start = await run.restartGuard.check();
	if (start !== 'first') throw new Flux2Failure({ kind: 'restarted', by: start });
}
