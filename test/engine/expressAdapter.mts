import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { IWebhookFunctions } from 'n8n-workflow';
import { parseIncomingMessage } from './n8nInternals.mts';

/** The request and response that `webhook()` gets: Express's, in n8n. */
export type WebRequest = ReturnType<IWebhookFunctions['getRequestObject']>;
export type WebResponse = ReturnType<IWebhookFunctions['getResponseObject']>;

/** n8n rejects a larger body. */
const maxBytes = 16 * 1024 * 1024;

/** A body to which n8n responds with 422 without calling the node. */
export class UnreadableBody extends Error {}

/**
 * Reads a request as n8n does before it calls `webhook()`. An empty body, or one of another type than
 * in `parseBody`, stays undefined: `getBodyData()` then returns undefined, not an empty object.
 */
export async function readRequest(request: IncomingMessage, url: URL): Promise<WebRequest> {
	parseIncomingMessage(request);
	const rawBody = await readAll(request);
	const { contentType = '', encoding } = request as IncomingMessage & {
		contentType?: string;
		encoding?: BufferEncoding;
	};
	return Object.assign(request, {
		rawBody,
		body: rawBody.length > 0 ? parseBody(rawBody.toString(encoding), contentType) : undefined,
		query: parse(url.search.slice(1)),
		params: {},
		path: url.pathname,
		originalUrl: request.url,
		get: (name: string) => request.headers[name.toLowerCase()],
	}) as unknown as WebRequest;
}

/** Adds Express's methods to a plain response, as far as a node may need them. */
export function toExpressResponse(response: ServerResponse): WebResponse {
	const express = Object.assign(response, {
		locals: {},
		status(code: number) {
			response.statusCode = code;
			return express;
		},
		sendStatus(code: number) {
			return express.status(code).send(String(code));
		},
		set(name: string, value: string) {
			response.setHeader(name, value);
			return express;
		},
		header(name: string, value: string) {
			return express.set(name, value);
		},
		type(value: string) {
			return express.set('Content-Type', value);
		},
		json(body: unknown) {
			if (!response.hasHeader('Content-Type')) {
				response.setHeader('Content-Type', 'application/json; charset=utf-8');
			}
			response.end(JSON.stringify(body));
			return express;
		},
		send(body?: unknown) {
			if (typeof body === 'object' && body !== null && !Buffer.isBuffer(body)) {
				return express.json(body);
			}
			if (typeof body === 'string' && !response.hasHeader('Content-Type')) {
				response.setHeader('Content-Type', 'text/html; charset=utf-8');
			}
			response.end(body);
			return express;
		},
	});
	return express as unknown as WebResponse;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > maxBytes) throw new Error('request entity too large');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function parseBody(text: string, contentType: string): unknown {
	if (contentType === 'text/plain') return text;
	if (contentType === 'application/x-www-form-urlencoded') {
		return parse(text, undefined, undefined, { maxKeys: 1000 });
	}
	if (contentType !== 'application/json') return undefined;
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch (error) {
		throw new UnreadableBody((error as Error).message);
	}
}
