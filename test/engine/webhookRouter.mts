import { toExpressResponse } from './expressAdapter.mts';
import type { LocalServer, Route } from './localServer.mts';
import { livePath, type Trigger } from './trigger.mts';
import { waitingPath, type WaitingWebhooks } from './waitingWebhooks.mts';
import { sendError } from './webhookCall.mts';

/** Routes incoming callbacks to waiting executions and to triggers. */
export class WebhookRouter {
	readonly triggers: Trigger[] = [];

	constructor(server: LocalServer, waiting: WaitingWebhooks) {
		server.route(waitingPath, waiting.handle);
		server.route(livePath, this.live);
	}

	private readonly live: Route = async (request, response, url) => {
		const trigger = this.triggers.find((each) => each.matches(url.pathname));
		if (trigger !== undefined) await trigger.handle(request, response, url);
		else
			sendError(toExpressResponse(response), 404, 'The requested webhook is not registered.', 404);
	};
}
