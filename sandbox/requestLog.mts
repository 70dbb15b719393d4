import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CREATE_PATH, taskPath } from '../nodes/Flux2/api/contract.ts';
import type { Clock } from './clock.mts';

/** A request that the sandbox received. */
export interface LoggedRequest {
	at: number;
	method: string;
	path: string;
	authorization?: string;
	route: 'create' | 'poll' | 'image' | 'other';
	/** Of the response; 0 until there is one. */
	status: number;
}

const MAX_REQUESTS = 50_000;
const POLL_PREFIX = taskPath('');

/** Logs all requests to the server, and forgets the oldest of very many. */
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
		if (log.length >= MAX_REQUESTS) log.splice(0, MAX_REQUESTS / 2);
		log.push(entry);
		byRequest.set(request, entry);
		// Responses written to the socket directly pass no hook.
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
	if (method === 'GET' && url.startsWith(POLL_PREFIX)) return 'poll';
	return url.startsWith('/images/') ? 'image' : 'other';
}
