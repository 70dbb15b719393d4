import { timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { Books } from './books.mts';
import { Callbacks } from './callbacks.mts';
import { chance } from './chance.mts';
import type { Clock } from './clock.mts';
import { realClock } from './clock.mts';
import { createRoute } from './createRoute.mts';
import { Desk } from './desk.mts';
import { imageRoute } from './imageRoute.mts';
import { lookRoute } from './lookRoute.mts';
import { pageRoute } from './page.mts';
import { PictureShelf } from './pictureShelf.mts';
import type { RateLimit } from './rateWindow.mts';
import { RateWindow } from './rateWindow.mts';
import { ReferenceReader } from './references.mts';
import { Refusal, refusalBody, wordsFor } from './refusal.mts';
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
	const busy = new Set<Promise<unknown>>();
	const underWay = (work: Promise<unknown>) => {
		const settled = work.catch(() => undefined).finally(() => busy.delete(settled));
		busy.add(settled);
	};
	let url = '';
	const random = chance(options.seed ?? SEED);
	const books = new Books(options.credits ?? CREDITS);
	const wire = new Wire(clock);
	const desk = new Desk({
		clock,
		books,
		references: new ReferenceReader(stopped),
		callbacks: new Callbacks(clock, stopped, underWay),
		underWay,
		stopped,
		nextSeconds: () => seconds(random),
		baseUrl: () => url,
	});
	const shelf = new PictureShelf(options.pictures ?? 'drawn', options.imageBytes);

	const app = fastify({ forceCloseConnections: true });
	const requests = logRequests(app, clock);
	answerErrors(app);
	askForKey(app, apiKey);
	takeAnyBody(app);
	createRoute(app, {
		clock,
		desk,
		wire,
		rate: new RateWindow(options.rateLimit, clock),
		elsewhere,
	});
	lookRoute(app, { clock, desk, wire, elsewhere });
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
		idle: async () => {
			while (busy.size > 0) await Promise.all(busy);
		},
		stop: async () => {
			stop.abort();
			await app.close();
		},
	};
}

function answerErrors(app: FastifyInstance): void {
	app.setNotFoundHandler(({ method, url }) => {
		throw new Refusal(404, `No route ${method} ${url}`);
	});
	app.setErrorHandler(async (error: FastifyError | Refusal, _request, reply) => {
		if (error instanceof Refusal) {
			const { status, message, headers } = error;
			return await reply.code(status).headers(headers).send(refusalBody(status, message));
		}
		const status = error.statusCode ?? 500;
		// A fault of the sandbox itself must not pass for one of the service's.
		if (status >= 500) console.error(error);
		return await reply.code(status).send(refusalBody(status, wordsFor(status)));
	});
}

function askForKey(app: FastifyInstance, apiKey: string): void {
	const expected = Buffer.from(`Bearer ${apiKey}`);
	app.addHook('onRequest', async ({ url, headers }) => {
		if (!url.startsWith('/api/v1')) return;
		const given = Buffer.from(headers.authorization ?? '');
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
			throw new Refusal(401);
		}
	});
}

/** What is no JSON is refused in the service's words, so the framework must not read it first. */
function takeAnyBody(app: FastifyInstance): void {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
		done(null, body);
	});
}
