import type { FastifyReply } from 'fastify';
import { ApiError, messageFor } from './apiError.mts';
import type { BrokenResponses } from './brokenResponses.mts';
import type { Clock } from './clock.mts';
import type { Fault } from './faultTags.mts';
import { FIREWALL_RESPONSES } from './firewallResponses.mts';
import type { ImageCache } from './imageCache.mts';
import type { RateLimitCheck } from './rateLimit.mts';
import { retryAfterHeader } from './retryAfter.mts';
import type { TaskStore } from './taskStore.mts';

/** What the routes work with. */
export interface RouteContext {
	clock: Clock;
	taskStore: TaskStore;
	imageCache: ImageCache;
	rateLimit: RateLimitCheck;
	broken: BrokenResponses;
	/** The other host that faults redirect to. */
	redirectOrigin: string;
}

/** A request that a fault affects. */
export interface FaultyRequest extends RouteContext {
	reply: FastifyReply;
	fault: Fault;
}

/** The responses to faults that are the same on every route. */
export const COMMON_FAULTS = {
	'<status>': ({ fault: { number, retryAfter }, clock }) => {
		throw new ApiError(number, undefined, retryAfterHeader(retryAfter, clock.now()));
	},
	'code <status>': ({ reply, fault: { number, retryAfter }, clock }) =>
		reply
			.headers(retryAfterHeader(retryAfter, clock.now()))
			.send({ code: number, message: messageFor(number) }),
	reset: ({ reply, broken }) => broken.resetConnection(reply),
	silence: async ({ reply, broken }) => await broken.neverRespond(reply),
	...FIREWALL_RESPONSES,
	html: ({ reply, broken }) => broken.sendProxyPage(reply, 200),
	'html <status>': ({ reply, broken, fault }) => broken.sendProxyPage(reply, fault.number),
} satisfies Record<string, (request: FaultyRequest) => unknown>;
