/** The only source of time in the sandbox, so that a test can move it. Milliseconds since 1970. */
export interface Clock {
	now(): number;
	sleep(ms: number): Promise<void>;
}

/** The system's time. A sleep does not keep the process alive: the listening server does that. */
export const realClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms) =>
		await new Promise((resolve) => {
			setTimeout(resolve, ms).unref();
		}),
};
