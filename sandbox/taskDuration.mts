import { findFault, type Fault } from './faultTags.mts';

const SLOW_MS = 45_000;

/** How many milliseconds a task takes. */
export function durationOf(faults: readonly Fault[], usualMs: number): number {
	const requested = findFault('task', 'takes <n> s', faults);
	if (requested) return requested.number * 1000;
	return findFault('task', 'slow', faults) ? SLOW_MS : usualMs;
}

/** Whether its status never says that it is done. */
export const staysPending = (faults: readonly Fault[]): boolean =>
	(['never', 'unknown word', 'unknown word with image', 'not found'] as const).some((kind) =>
		findFault('task', kind, faults),
	);
