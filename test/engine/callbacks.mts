import { likeExpress } from './likeExpress.mts';
import type { LocalServer, Route } from './localServer.mts';
import { livePath, type Trigger } from './trigger.mts';
import { waitingPath, type WaitingWebhooks } from './waitingWebhooks.mts';
import { refuse } from './webhookCall.mts';

/** The callbacks that reach this n8n: at executions that wait, and at triggers. */
export class Callbacks {
	readonly triggers: Trigger[] = [];

	constructor(server: LocalServer, waiting: WaitingWebhooks) {
		server.route(waitingPath, waiting.answer);
		server.route(livePath, this.live);
	}

	private readonly live: Route = async (request, response, url) => {
		const trigger = this.triggers.find((one) => one.owns(url.pathname));
		if (trigger !== undefined) await trigger.answer(request, response, url);
		else refuse(likeExpress(response), 404, 'The requested webhook is not registered.', 404);
	};
}
