import type { ServerResponse } from 'node:http';

/** Counts the `webhook()` calls of one n8n that have not ended yet. */
export class ActiveWebhooks {
	/** `webhook()` is running, whether it has responded or not. */
	running = 0;
	/**
	 * `webhook()` is running and has not responded yet. The node may be waiting on the clock, so these
	 * requests must not stop the clock. They count only once `webhook()` has been called: before that
	 * the request body is still being read.
	 */
	unanswered = 0;

	async track<Outcome>(response: ServerResponse, work: () => Promise<Outcome>): Promise<Outcome> {
		let isUnanswered = true;
		const release = () => {
			if (isUnanswered) this.unanswered -= 1;
			isUnanswered = false;
		};
		this.running += 1;
		this.unanswered += 1;
		response.once('close', release);
		try {
			return await work();
		} finally {
			this.running -= 1;
			release();
		}
	}
}
