/** What so many executions are sent: as many prompts each, no two of them the same. */
export const prompts = (executions: number, items: number, about: string): string[][] =>
	Array.from({ length: executions }, (_, execution) =>
		Array.from({ length: items }, (__, item) => `${about}, ${item} of ${execution}`),
	);
