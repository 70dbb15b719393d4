import { sleep } from 'n8n-workflow';

/** Time and chance, in one place so that tests can move the one and fix the other. */
export const clock = {
	/** Milliseconds since the epoch. */
	now: (): number => Date.now(),
	/** Resolves after `ms` milliseconds. */
	sleep: async (ms: number): Promise<void> => await sleep(ms),
	/** A number from 0 up to, but not including, 1. */
	random: (): number => Math.random(),
};

/** No wait is longer than this without a check of the cancel signal. */
const SLICE_MS = 500;

/**
 * Waits, and notices a cancelled execution within half a second. `sleep` takes a signal only from
 * n8n 2.34 on and ignores it before, hence the slices.
 *
 * @returns false when the execution was cancelled meanwhile.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
	const end = clock.now() + ms;
	for (;;) {
		if (signal?.aborted) return false;
		const left = end - clock.now();
		if (left <= 0) return true;
		await clock.sleep(Math.min(left, SLICE_MS));
	}
}
