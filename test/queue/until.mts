import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, and gives up with a sentence. */
export async function until(
	what: string,
	isSo: () => boolean | Promise<boolean>,
	withinMs: number,
): Promise<void> {
	const deadline = Date.now() + withinMs;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`After ${withinMs / 1000} s still not: ${what}`);
		await sleep(100);
	}
}
