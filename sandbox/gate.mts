import { timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, refusalBody, wordsFor } from './refusal.mts';

/** Lets every refusal be answered in the service's words, and anything unknown as not found. */
export function answerErrors(
	app: FastifyInstance,
	askForKey: (request: FastifyRequest) => void,
): void {
	app.setNotFoundHandler(async (request) => {
		const { method, url } = request;
		if (url.startsWith('/api/v1')) askForKey(request);
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

/** For URLs that the framework cannot even read, and so gives to no handler. */
export function answerMalformed(reply: FastifyReply): void {
	void reply.code(400).send(refusalBody(400, wordsFor(400)));
}

/** Throws the refusal of a request that does not bear the key. */
export function keyCheck(apiKey: string): (request: FastifyRequest) => void {
	const expected = Buffer.from(`Bearer ${apiKey}`);
	return ({ headers }) => {
		const given = Buffer.from(headers.authorization ?? '');
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
			throw new Refusal(401);
		}
	};
}

/** What is no JSON is refused in the service's words, so the framework must not read it first. */
export function takeAnyBody(app: FastifyInstance): void {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
		done(null, body);
	});
}
