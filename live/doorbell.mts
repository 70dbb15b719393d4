import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TOKEN_PARAMETER } from '../nodes/Flux2/api/callback.ts';
import { redacted } from '../nodes/Flux2/transport/redact.ts';
import { UserFacingError } from '../host/userFacingError.mts';
import { bodyOf, keepHeaders, type Ring } from './recording.mts';
import type { Secrets } from './secrets.mts';

const MOST_RINGS = 100;
const MAX_BYTES = 1_000_000;

/** A ring by the clock on the wall. */
type Arrival = Omit<Ring, 'afterMs'> & { at: number };

/** Listens on this machine, writes down who rings, and answers each with 200. */
export class Doorbell {
	readonly arrivals: Arrival[] = [];
	readonly #server: Server;
	readonly #paths = new Set<string>();
	readonly #rung = new EventTarget();

	/** @throws PlainFailure where the port is not to be had. */
	static async at(port: number): Promise<Doorbell> {
		const bell = new Doorbell();
		try {
			// Only for this machine: what is public is the tunnel's business.
			await once(bell.#server.listen(port, '127.0.0.1'), 'listening');
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			throw new UserFacingError(
				`Port ${port} cannot be listened on (${code}). Choose another with --listen.`,
			);
		}
		return bell;
	}

	private constructor() {
		this.#server = createServer();
	}

	/** Its own address, which only this machine can reach. */
	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ring`;
	}

	/** Takes what arrives at the path of the callback URL; a public address gets other visitors too. */
	expect(callbackUrl: string, secrets: Secrets): void {
		const { pathname, searchParams } = new URL(callbackUrl);
		this.#paths.add(pathname);
		this.#server.on('request', (request, reply) => {
			void this.#take(request, [...searchParams.keys()], secrets)
				.catch(() => undefined)
				.finally(() => reply.end());
		});
	}

	/** Waits for the first ring at most `firstMs`, and after each at most `quietMs` for one more. */
	async untilQuiet(firstMs: number, quietMs: number): Promise<void> {
		let seen = 0;
		for (;;) {
			const isLate = AbortSignal.timeout(seen === 0 ? firstMs : quietMs);
			while (this.arrivals.length === seen && !isLate.aborted) await this.#ringOr(isLate);
			if (this.arrivals.length === seen) return;
			seen = this.arrivals.length;
		}
	}

	/** What arrived, by the time since the order was sent. */
	ringsSince(orderedAt: number): Ring[] {
		return this.arrivals.map(({ at, ...ring }) => ({ afterMs: at - orderedAt, ...ring }));
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #take(request: IncomingMessage, ownQuery: string[], secrets: Secrets): Promise<void> {
		const at = Date.now();
		const url = new URL(request.url ?? '/', this.url);
		if (!this.#paths.has(url.pathname) || this.arrivals.length >= MOST_RINGS) return;
		const chunks: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of request as AsyncIterable<Buffer>) {
			bytes += chunk.length;
			if (bytes > MAX_BYTES) return;
			chunks.push(chunk);
		}
		const token = url.searchParams.get(TOKEN_PARAMETER);
		const added = [...url.searchParams].filter(
			([name]) => name !== TOKEN_PARAMETER && !ownQuery.includes(name),
		);
		this.arrivals.push({
			at,
			method: request.method ?? '',
			...keepHeaders(request.headers, secrets.hide),
			tokenKept: token === secrets.token,
			addedQuery: Object.fromEntries(added.map(([name, value]) => [name, secrets.hide(value)])),
			body: redacted(bodyOf(Buffer.concat(chunks).toString()), secrets.hide),
		});
		this.#rung.dispatchEvent(new Event('ring'));
	}

	async #ringOr(isLate: AbortSignal): Promise<void> {
		const heard = new AbortController();
		const { signal } = heard;
		await new Promise<void>((resolve) => {
			this.#rung.addEventListener('ring', () => resolve(), { once: true, signal });
			isLate.addEventListener('abort', () => resolve(), { once: true, signal });
		});
		heard.abort();
	}
}
