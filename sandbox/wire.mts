import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { Clock } from './clock.mts';

const SLOW_MS = 20_000;

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer as it goes over the wire. */
export const bytesOf = (answer: object): Buffer => Buffer.from(JSON.stringify(answer));

/**
 * What can go wrong on the way of an answer, below HTTP or just above it. Everything here answers a
 * request wholly by itself.
 */
export class Wire {
	/** Requests held back right now: only the clock, the client or the end of the sandbox frees them. */
	held = 0;

	constructor(private readonly clock: Clock) {}

	/** The client sees ECONNRESET. */
	reset(reply: FastifyReply): void {
		reply.hijack();
		reply.raw.socket?.resetAndDestroy();
	}

	/** The client sees nothing, for as long as it cares to wait. */
	async silence(reply: FastifyReply): Promise<void> {
		reply.hijack();
		await this.#hold(reply, new Promise(() => {}));
	}

	/** The client is promised all of the body and sees half of it. */
	half(reply: FastifyReply, type: string, body: Buffer): void {
		this.#beginHalf(reply, type, body, () => reply.raw.socket?.destroy());
	}

	/** The second half of the body comes later. */
	async slow(reply: FastifyReply, type: string, body: Buffer): Promise<void> {
		this.#beginHalf(reply, type, body);
		await this.#hold(reply, this.clock.sleep(SLOW_MS));
		reply.raw.end(body.subarray(body.length >> 1));
	}

	/** A page such as a proxy shows when it does not get through. */
	html(reply: FastifyReply, status: number): void {
		void reply
			.code(status)
			.type('text/html; charset=utf-8')
			.send(
				'<!doctype html><html><head><title>Just a moment...</title></head>' +
					'<body><h1>Checking your connection</h1><p>Ray ID: 0000000000</p></body></html>',
			);
	}

	/** JSON by its header only. */
	brokenJson(reply: FastifyReply, answer: object): void {
		const text = JSON.stringify(answer);
		void reply.type(JSON_TYPE).send(text.slice(0, text.length >> 1));
	}

	#beginHalf(reply: FastifyReply, type: string, body: Buffer, then?: () => void): void {
		reply.hijack();
		reply.raw.writeHead(200, { 'content-type': type, 'content-length': body.length });
		reply.raw.write(body.subarray(0, body.length >> 1), then);
	}

	async #hold(reply: FastifyReply, until: Promise<void>): Promise<void> {
		if (reply.raw.destroyed) return;
		this.held++;
		const gone = new AbortController();
		try {
			await Promise.race([until, once(reply.raw, 'close', { signal: gone.signal })]);
		} finally {
			gone.abort();
			this.held--;
		}
	}
}
