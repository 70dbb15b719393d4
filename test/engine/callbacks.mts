import type { IncomingMessage, ServerResponse } from 'node:http';
import { likeExpress } from './likeExpress.mts';
import type { LocalServer, Route } from './localServer.mts';
import { livePath, type Trigger } from './trigger.mts';
import { waitingPath, type WaitingWebhooks } from './waitingWebhooks.mts';
import { refuse } from './webhookCall.mts';

/** The callbacks that reach this n8n: at executions that wait, and at triggers. */
export class Callbacks {
	/** How many `webhook()` is at work on. A node may answer first, and work on. */
	answering = 0;
	/**
	 * How many senders of those still have no answer. The node may wait on the clock meanwhile, so
	 * they must not keep it from moving.
	 */
	held = 0;
	readonly triggers: Trigger[] = [];

	constructor(server: LocalServer, waiting: WaitingWebhooks) {
		server.route(waitingPath, this.counted(waiting.answer));
		server.route(livePath, this.counted(this.live));
	}

	private readonly live: Route = async (request, response, url) => {
		const trigger = this.triggers.find((one) => one.owns(url.pathname));
		if (trigger !== undefined) await trigger.answer(request, response, url);
		else refuse(likeExpress(response), 404, 'The requested webhook is not registered.', 404);
	};

	private counted(answer: Route): Route {
		return async (request: IncomingMessage, response: ServerResponse, url: URL) => {
			this.answering += 1;
			this.held += 1;
			const release = once(() => (this.held -= 1));
			response.once('close', release);
			try {
				await answer(request, response, url);
			} finally {
				this.answering -= 1;
				release();
			}
		};
	}
}

function once(act: () => void): () => void {
	let done = false;
	return () => {
		if (!done) act();
		done = true;
	};
}
