import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, errorBody } from './apiError.mts';

/** Makes every error a response as the service words it, and an unknown route a 404. */
export function handleErrors(
	app: FastifyInstance,
	checkApiKey: (request: FastifyRequest) => void,
): void {
	app.setNotFoundHandler(async (request) => {
		const { method, url } = request;
		if (url.startsWith('/api/v1')) checkApiKey(request);
		throw new ApiError(404, `No route ${method} ${url}`);
	});
	app.setErrorHandler(async (error: FastifyError | ApiError, _request, reply) => {
		if (error instanceof ApiError) {
			const { status, message, headers } = error;
			return await reply.code(status).headers(headers).send(errorBody(status, message));
		}
		const status = error.statusCode ?? 500;
		// An error of the sandbox itself must not pass for one of the service's.
		if (status >= 500) console.error(error);
		return await reply.code(status).send(errorBody(status));
	});
}
