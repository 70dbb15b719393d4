import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './apiError.mts';

/** Makes a check that throws a 401 for a request without this key. */
export function apiKeyCheck(apiKey: string): (request: FastifyRequest) => void {
	const expected = Buffer.from(`Bearer ${apiKey}`);
	return ({ headers }) => {
		const given = Buffer.from(headers.authorization ?? '');
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
			throw new ApiError(401);
		}
	};
}
