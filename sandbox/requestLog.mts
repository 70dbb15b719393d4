import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CREATE_PATH, taskPath } from '../nodes/Flux2/api/contract.ts';
import type { Clock } from './clock.mts';

/** One request as it came in. */
export interface LoggedRequest {
	at: number;
	method: string;
	path: string;
	authorization?: string;
	route: 'create' | 'poll' | 'image' | 'other';
	/** What was answered; 0 as long as nothing was. */
	status: number;
}

const MOST = 50_000;
const LOOK_PREFIX = taskPath('');

/** Keeps a log of all requests to the server, the newest ones of many. */
export function logRequests(app: FastifyInstance, clock: Clock): readonly LoggedRequest[] {
	const log: LoggedRequest[] = [];
	const byRequest = new WeakMap<FastifyRequest, LoggedRequest>();
	app.addHook('onRequest', async (request, reply) => {
		const { authorization } = request.headers;
		const entry: LoggedRequest = {
			at: clock.now(),
			method: request.method,
			path: request.url,
			...(authorization === undefined ? {} : { authorization }),
			route: routeOf(request),
			status: 0,
		};
		if (log.length >= MOST) log.splice(0, MOST / 2);
		log.push(entry);
		byRequest.set(request, entry);
		// Answers written past the framework pass no hook.
		reply.raw.once('close', () => {
			if (reply.raw.headersSent) entry.status = reply.raw.statusCode;
		});
	});
	app.addHook('onSend', async (request, reply) => {
		const entry = byRequest.get(request);
		if (entry) entry.status = reply.statusCode;
	});
	return log;
}

function routeOf({ method, url }: FastifyRequest): LoggedRequest['route'] {
	if (method === 'POST' && url === CREATE_PATH) return 'create';
	if (method === 'GET' && url.startsWith(LOOK_PREFIX)) return 'poll';
	return url.startsWith('/images/') ? 'image' : 'other';
}
