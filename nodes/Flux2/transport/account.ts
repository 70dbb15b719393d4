import { createHash } from 'node:crypto';
import { clock } from './clock';
import { RateLimiter } from './rateLimiter';
import { SpendingWindow } from './spendingWindow';
import { TaskDurations } from './taskDurations';

/** As long as the spending of an account has to be known. */
const FORGET_AFTER_MS = 24 * 3_600_000;

const MAX_ACCOUNTS = 100;

/**
 * What this process knows of one account, shared by all executions: nothing of it is stored, other
 * workers do not see it, and it ends with the process.
 */
export interface AccountState {
	readonly limiter: RateLimiter;
	readonly durations: TaskDurations;
	readonly spending: SpendingWindow;
}

/** By a hash of base URL and key, the longest unused first. */
const accounts = new Map<string, { state: AccountState; usedAt: number }>();

const hashOf = (baseUrl: string, apiKey: string): string =>
	createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('base64');

function forgetUnused(now: number): void {
	for (const [hash, { usedAt }] of accounts) {
		if (accounts.size <= MAX_ACCOUNTS && usedAt > now - FORGET_AFTER_MS) return;
		accounts.delete(hash);
	}
}

/** The state of an account; a new one after a day without use. */
export function accountState({
	baseUrl,
	apiKey,
}: {
	baseUrl: string;
	apiKey: string;
}): AccountState {
	const hash = hashOf(baseUrl, apiKey);
	const now = clock.now();
	forgetUnused(now);
	const state = accounts.get(hash)?.state ?? {
		limiter: new RateLimiter(),
		durations: new TaskDurations(),
		spending: new SpendingWindow(),
	};
	// Set anew, so that the order is that of the last use.
	accounts.delete(hash);
	accounts.set(hash, { state, usedAt: now });
	return state;
}

/** For tests: as in a new process. */
export function resetAccounts(): void {
	accounts.clear();
}
