import type { ServerResponse } from 'node:http';

/** How many callbacks the nodes of one n8n are at work on. */
export class Attendance {
	/** `webhook()` is at work, whether it has answered or not. */
	answering = 0;
	/**
	 * `webhook()` is at work, and the sender still waits. The node may wait on the clock meanwhile, so
	 * these requests must not keep it from moving. Not so before: a body is still being read then.
	 */
	held = 0;

	async during<Outcome>(response: ServerResponse, work: () => Promise<Outcome>): Promise<Outcome> {
		let waits = true;
		const release = () => {
			if (waits) this.held -= 1;
			waits = false;
		};
		this.answering += 1;
		this.held += 1;
		response.once('close', release);
		try {
			return await work();
		} finally {
			this.answering -= 1;
			release();
		}
	}
}
