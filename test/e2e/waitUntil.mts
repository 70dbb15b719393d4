import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `check` every 100 ms until it returns something truthy.
 *
 * @param condition completes the sentence "Timed out after 60 s before …".
 * @returns what `check` returned.
 */
export async function waitUntil<T>(
	condition: string,
	check: () => Promise<T | undefined> | T | undefined,
	timeoutMs = 60_000,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const result = await check();
		if (result) return result;
		if (Date.now() > deadline)
			throw new Error(`Timed out after ${timeoutMs / 1000} s before ${condition}`);
		await sleep(100);
	}
}
