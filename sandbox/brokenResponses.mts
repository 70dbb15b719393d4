import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { Clock } from './clock.mts';
import { toJson } from './json.mts';

const SLOW_MS = 20_000;

export const JSON_TYPE = 'application/json; charset=utf-8';

export const jsonBytes = (body: object): Buffer => Buffer.from(toJson(body));

/**
 * Responses that break at the level of HTTP or below. Each method handles the whole response to a
 * request.
 */
export class BrokenResponses {
	/** Requests held back right now: only the clock, the client or the end of the sandbox frees them. */
	heldRequests = 0;

	constructor(private readonly clock: Clock) {}

	/** The client sees ECONNRESET. */
	resetConnection(reply: FastifyReply): void {
		reply.hijack();
		reply.raw.socket?.resetAndDestroy();
	}

	/** The client sees nothing, for as long as it cares to wait. */
	async neverRespond(reply: FastifyReply): Promise<void> {
		reply.hijack();
		await this.#hold(reply, new Promise(() => {}));
	}

	/** The client is promised the whole body and gets half of it. */
	sendHalf(reply: FastifyReply, type: string, body: Buffer): void {
		this.#sendFirstHalf(reply, type, body, () => reply.raw.socket?.destroy());
	}

	/** The second half of the body comes later. */
	async sendSlowly(reply: FastifyReply, type: string, body: Buffer): Promise<void> {
		this.#sendFirstHalf(reply, type, body);
		await this.#hold(reply, this.clock.sleep(SLOW_MS));
		reply.raw.end(body.subarray(body.length >> 1));
	}

	/** The page that a proxy shows when it does not get through. */
	sendProxyPage(reply: FastifyReply, status: number): void {
		void reply
			.code(status)
			.type('text/html; charset=utf-8')
			.send(
				'<!doctype html><html><head><title>Just a moment...</title></head>' +
					'<body><h1>Checking your connection</h1><p>Ray ID: 0000000000</p></body></html>',
			);
	}

	/** Only the header says that it is JSON. */
	sendInvalidJson(reply: FastifyReply, body: object): void {
		const text = toJson(body);
		void reply.type(JSON_TYPE).send(text.slice(0, text.length >> 1));
	}

	#sendFirstHalf(reply: FastifyReply, type: string, body: Buffer, then?: () => void): void {
		reply.hijack();
		reply.raw.writeHead(200, { 'content-type': type, 'content-length': body.length });
		reply.raw.write(body.subarray(0, body.length >> 1), then);
	}

	async #hold(reply: FastifyReply, until: Promise<void>): Promise<void> {
		if (reply.raw.destroyed) return;
		this.heldRequests++;
		const finished = new AbortController();
		try {
			await Promise.race([until, once(reply.raw, 'close', { signal: finished.signal })]);
		} finally {
			finished.abort();
			this.heldRequests--;
		}
	}
}
