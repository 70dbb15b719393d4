import { Flux2Failure } from '../../api/failures';
import type { Reservation } from '../../transport/spendingWindow';
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

/** Credits of images that were counted before they were paid for. */
export type Reservations = ReadonlyMap<PlannedRequest, Reservation>;

/**
 * Counts the credits of everything that is still to be created against the credential's daily limit.
 * It waits for nothing, so that parallel executions cannot get past the limit together.
 *
 * @throws Flux2Failure `daily-credit-limit`; then nothing is counted.
 */
export function reserveCredits(run: Run, requests: readonly PlannedRequest[]): Reservations {
	const { account, shared } = run;
	const limit = account.dailyCreditLimit;
	const toCome = notYetCreated(run, requests);
	const credits = toCome.reduce((sum, request) => sum + request.credits, 0);
	const held = shared.spending.spent;
	if (limit > 0 && credits > 0 && held + credits > limit)
		throw new Flux2Failure({ kind: 'daily-credit-limit', credits, held, limit });
	return new Map(
		toCome.map((request) => [request, shared.spending.reserve(request.credits, limit)]),
	);
}

/** What was refused, failed for free or was never sent does not count. A task may still fail later. */
export function releaseUnspent({ ledger, shared }: Run, reservations: Reservations): void {
	for (const [request, reservation] of reservations) {
		const entry = ledger.find(request);
		if (entry === undefined) reservation.release();
		else if (entry.taskId !== undefined) shared.spending.taskCreated(entry.taskId, reservation);
	}
}
