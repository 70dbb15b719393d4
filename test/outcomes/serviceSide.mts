import type { Fixture } from '../nodes/fixture.mts';

/** What a prompt came to at the service. */
export interface ServiceSide {
	/** Create requests that reached the service. */
	creates: number;
	/** Credits charged for the tasks of this prompt, minus refunded. */
	credits: number;
}

/**
 * Watches the service from now on.
 *
 * @param others how many create requests are sent for other prompts, one each.
 */
export function watchService({ sandbox }: Fixture, others = 0): (prompt: string) => ServiceSide {
	const requestsBefore = sandbox.requests.length;
	const tasksBefore = sandbox.tasks.size;
	return (prompt) => {
		const requests = sandbox.requests.slice(requestsBefore);
		const tasks = [...sandbox.tasks.values()].slice(tasksBefore);
		return {
			creates: requests.filter(({ route }) => route === 'create').length - others,
			credits: tasks
				.filter((task) => task.prompt === prompt)
				.reduce((sum, { charged, refunded }) => sum + charged - refunded, 0),
		};
	};
}
