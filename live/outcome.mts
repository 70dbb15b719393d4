import type { Flux2Failure, Outcome } from '../nodes/Flux2/api/failures.ts';

/**
 * Whether an error is a known failure of the nodes. By its name: what is imported here and what the
 * nodes' own modules require are two copies under tsx, so that `instanceof` would say no.
 */
export const isKnown = (error: unknown): error is Flux2Failure =>
	error instanceof Error && error.name === 'Flux2Failure';

/** Turns known failures into values; anything else, a defect, is thrown on. */
export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
	const [settled] = await Promise.allSettled([work]);
	if (settled.status === 'fulfilled') return { value: settled.value };
	if (isKnown(settled.reason)) return { failure: settled.reason };
	throw settled.reason;
}
