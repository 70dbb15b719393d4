import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';
import fastify from 'fastify';
import { errorBody } from './apiError.mts';
import { apiKeyCheck } from './auth.mts';
import { Billing } from './billing.mts';
import { BrokenResponses } from './brokenResponses.mts';
import { CallbackSender } from './callbackSender.mts';
import type { Clock } from './clock.mts';
import { realClock } from './clock.mts';
import type { RouteContext } from './commonFaults.mts';
import { createRoute } from './createRoute.mts';
import { handleErrors } from './errorHandlers.mts';
import { ImageCache } from './imageCache.mts';
import { imageRoute } from './imageRoute.mts';
import { toJson } from './json.mts';
import { PendingRequests } from './pendingRequests.mts';
import { pollRoute } from './pollRoute.mts';
import { seededRandom } from './random.mts';
import type { RateLimit } from './rateLimit.mts';
import { RateLimitCheck } from './rateLimit.mts';
import { ReferenceImageLoader } from './referenceImages.mts';
import type { LoggedRequest } from './requestLog.mts';
import { logRequests } from './requestLog.mts';
import { statusPage } from './statusPage.mts';
import type { SandboxTask } from './task.mts';
import { TaskStore } from './taskStore.mts';

/** The default API key of a sandbox. */
export const SANDBOX_KEY = 'aio_sandbox_0000000000000000';

export interface SandboxOptions {
	/** Default: 0, any free port. */
	port?: number;
	apiKey?: string;
	/** The initial balance. Default: 100,000. */
	credits?: number;
	/** Sets all times except the time-outs of the sandbox's own requests. */
	clock?: Clock;
	/** How long a task takes. Default: 3 to 8, evenly distributed. */
	seconds?: (random: () => number) => number;
	/** Of that random number generator; the same by default, so that runs repeat. */
	seed?: number;
	/** Default: none. */
	rateLimit?: RateLimit;
	/** `plain`: PNGs of the right size in one color, which cost next to nothing. */
	images?: 'drawn' | 'plain';
	/** Makes every PNG this many bytes. */
	imageBytes?: number;
	/** The other host that faults redirect to. Default: one that does not exist. */
	redirectOrigin?: string;
}

/** A running sandbox. */
export interface Sandbox {
	url: string;
	apiKey: string;
	port: number;
	readonly billing: Readonly<
		Pick<Billing, 'creates' | 'creditsCharged' | 'creditsRefunded' | 'balance'>
	>;
	readonly tasks: ReadonlyMap<string, SandboxTask>;
	/** All requests; of very many, the newest. */
	readonly requests: readonly LoggedRequest[];
	/** Requests held back right now: they end when the clock says so, or never. */
	readonly heldRequests: number;
	/** Resolves when no callback and no download of a reference image is in flight. */
	idle(): Promise<void>;
	/** Closes all connections at once and sends nothing more. */
	stop(): Promise<void>;
}

const CREDITS = 100_000;
const SEED = 2;
const from3To8 = (random: () => number): number => 3 + 5 * random();

/** Starts API in One on this machine. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { clock = realClock, apiKey = SANDBOX_KEY, seconds = from3To8 } = options;
	const stop = new AbortController();
	const stopped = stop.signal;
	// Every callback and download in flight listens to it: many listeners are no leak.
	setMaxListeners(0, stopped);
	const pendingRequests = new PendingRequests();
	let url = '';
	const random = seededRandom(options.seed ?? SEED);
	const billing = new Billing(options.credits ?? CREDITS);
	const taskStore = new TaskStore({
		clock,
		billing,
		referenceImages: new ReferenceImageLoader(stopped),
		callbacks: new CallbackSender(clock, stopped, pendingRequests),
		pendingRequests,
		stopped,
		nextSeconds: () => seconds(random),
		baseUrl: () => url,
	});
	const context: RouteContext = {
		clock,
		taskStore,
		imageCache: new ImageCache(options.images ?? 'drawn', options.imageBytes),
		rateLimit: new RateLimitCheck(options.rateLimit, clock, () =>
			[...taskStore.tasks.values()].map(({ dueAt }) => dueAt),
		),
		broken: new BrokenResponses(clock),
		redirectOrigin: options.redirectOrigin ?? 'http://elsewhere.invalid',
	};

	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		// For URLs that Fastify cannot read, and so gives to no handler.
		frameworkErrors: (_error, _request, reply) =>
			void (reply as FastifyReply).code(400).send(errorBody(400)),
	});
	app.setReplySerializer(toJson);
	const requests = logRequests(app, clock);
	const checkApiKey = apiKeyCheck(apiKey);
	handleErrors(app, checkApiKey);
	// Bodies come as text: the create route refuses invalid JSON in the service's words.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
	app.register(async (api) => {
		api.addHook('onRequest', async (request) => checkApiKey(request));
		createRoute(api, context);
		pollRoute(api, context);
	});
	imageRoute(app, context);
	statusPage(app, { taskStore, billing, apiKey });
	url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });

	return {
		url,
		apiKey,
		port: Number(new URL(url).port),
		billing,
		tasks: taskStore.tasks,
		requests,
		get heldRequests() {
			return context.broken.heldRequests;
		},
		idle: async () => await pendingRequests.idle(),
		stop: async () => {
			stop.abort();
			await app.close();
		},
	};
}
