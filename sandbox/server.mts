import type { FastifyReply } from 'fastify';
import { setMaxListeners } from 'node:events';
import fastify from 'fastify';
import { Books } from './books.mts';
import { Callbacks } from './callbacks.mts';
import { chance } from './chance.mts';
import type { Clock } from './clock.mts';
import { realClock } from './clock.mts';
import { createRoute } from './createRoute.mts';
import { Desk } from './desk.mts';
import { Errands } from './errands.mts';
import { answerErrors, answerMalformed, keyCheck, takeAnyBody } from './gate.mts';
import { imageRoute } from './imageRoute.mts';
import { lookRoute } from './lookRoute.mts';
import { pageRoute } from './page.mts';
import { PictureShelf } from './pictureShelf.mts';
import type { RateLimit } from './rateWindow.mts';
import { RateWindow } from './rateWindow.mts';
import { ReferenceReader } from './references.mts';
import type { LoggedRequest } from './requestLog.mts';
import { logRequests } from './requestLog.mts';
import type { SandboxTask } from './task.mts';
import { Wire } from './wire.mts';

/** The key that a sandbox takes unless told another. */
export const SANDBOX_KEY = 'aio_sandbox_0000000000000000';

export interface SandboxOptions {
	/** 0, the default, takes any that is free. */
	port?: number;
	apiKey?: string;
	/** The balance to begin with. Default: 100,000. */
	credits?: number;
	/** Everything timed goes by it, but for the time-outs of the sandbox's own requests. */
	clock?: Clock;
	/** How long a task takes. Default: 3 to 8, evenly. */
	seconds?: (random: () => number) => number;
	/** For that chance; the same by default, so that runs repeat. */
	seed?: number;
	/** Default: none. */
	rateLimit?: RateLimit;
	/** `plain`: PNGs of the right size in one flat colour, which cost next to nothing. */
	pictures?: 'drawn' | 'plain';
	/** Makes every PNG this many bytes. */
	imageBytes?: number;
	/** The other host that troubles redirect to. Default: one that does not exist. */
	elsewhere?: string;
}

/** A running sandbox. */
export interface Sandbox {
	url: string;
	apiKey: string;
	port: number;
	readonly books: Pick<Books, 'creates' | 'creditsCharged' | 'creditsRefunded' | 'balance'>;
	readonly tasks: ReadonlyMap<string, SandboxTask>;
	/** All requests, the newest of very many. */
	readonly requests: readonly LoggedRequest[];
	/** Requests that the sandbox holds back right now: they end when the clock says so, or never. */
	readonly held: number;
	/** Resolves when no callback is on the wire and no reference image is being fetched. */
	idle(): Promise<void>;
	/** Closes all connections at once and sends nothing more. */
	stop(): Promise<void>;
}

const CREDITS = 100_000;
const SEED = 2;
const evenly3To8 = (random: () => number): number => 3 + 5 * random();

/** Starts API in One on this machine. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { clock = realClock, apiKey = SANDBOX_KEY, seconds = evenly3To8 } = options;
	const elsewhere = options.elsewhere ?? 'http://elsewhere.invalid';
	const stop = new AbortController();
	const stopped = stop.signal;
	// Every callback and fetch under way listens to it: many are no leak.
	setMaxListeners(0, stopped);
	const errands = new Errands();
	let url = '';
	const random = chance(options.seed ?? SEED);
	const books = new Books(options.credits ?? CREDITS);
	const wire = new Wire(clock);
	const desk = new Desk({
		clock,
		books,
		references: new ReferenceReader(stopped),
		callbacks: new Callbacks(clock, stopped, errands),
		errands,
		stopped,
		nextSeconds: () => seconds(random),
		baseUrl: () => url,
	});
	const shelf = new PictureShelf(options.pictures ?? 'drawn', options.imageBytes);
	const rate = new RateWindow(options.rateLimit, clock);

	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		frameworkErrors: (_error, _request, reply) => answerMalformed(reply as FastifyReply),
	});
	const requests = logRequests(app, clock);
	const askForKey = keyCheck(apiKey);
	answerErrors(app, askForKey);
	takeAnyBody(app);
	app.register(async (api) => {
		api.addHook('onRequest', async (request) => askForKey(request));
		createRoute(api, { clock, desk, wire, rate, elsewhere });
		lookRoute(api, { clock, desk, wire, elsewhere });
	});
	imageRoute(app, { clock, desk, wire, shelf, elsewhere });
	pageRoute(app, { desk, books, apiKey });
	url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });

	return {
		url,
		apiKey,
		port: Number(new URL(url).port),
		books,
		tasks: desk.tasks,
		requests,
		get held() {
			return wire.held;
		},
		idle: async () => await errands.done(),
		stop: async () => {
			stop.abort();
			await app.close();
		},
	};
}
