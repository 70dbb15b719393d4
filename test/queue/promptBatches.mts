/** A list of `items` different prompts for each of `executions` executions. */
export const promptBatches = (executions: number, items: number, subject: string): string[][] =>
	Array.from({ length: executions }, (_, execution) =>
		Array.from({ length: items }, (__, item) => `${subject}, ${item} of ${execution}`),
	);
