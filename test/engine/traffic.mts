import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

/**
 * The HTTP requests of this process that are under way, seen from both ends. Node's own channels
 * tell of every request, whoever makes it (axios in n8n, a sandbox, a test's `fetch`), so nothing
 * has to be handed a special client.
 */
export class Traffic {
	private readonly sent = new Map<object, string>();
	private readonly served = new Map<object, string>();
	private readonly listeners: Array<[channel: string, listener: (message: unknown) => void]>;

	constructor(private readonly changed: () => void) {
		const on = <Message,>(channel: string, listener: (message: Message) => void) =>
			[channel, listener as (message: unknown) => void] as [string, (message: unknown) => void];
		type Fetched = { request: { method: string; origin: string; path: string } };
		this.listeners = [
			on('http.client.request.start', ({ request }: { request: ClientRequest }) => {
				// A request ends with "close", whatever became of it: answer read, reset, or given up.
				this.begin(this.sent, request, `${request.method} ${request.host}${request.path}`);
				request.once('close', () => this.end(this.sent, request));
			}),
			on(
				'http.server.request.start',
				({ request, response }: { request: IncomingMessage; response: ServerResponse }) => {
					this.begin(this.served, response, `answer to ${request.method} ${request.url}`);
					response.once('close', () => this.end(this.served, response));
				},
			),
			on('undici:request:create', ({ request }: Fetched) => {
				this.begin(this.sent, request, `${request.method} ${request.origin}${request.path}`);
			}),
			on('undici:request:trailers', ({ request }: Fetched) => this.end(this.sent, request)),
			on('undici:request:error', ({ request }: Fetched) => this.end(this.sent, request)),
		];
		for (const [channel, listener] of this.listeners) subscribe(channel, listener);
	}

	/** How many are under way: the larger number of both ends, for a request may be alone at one. */
	get underWay(): number {
		return Math.max(this.sent.size, this.served.size);
	}

	/** What is under way, in words. */
	describe(): string[] {
		return [...this.sent.values(), ...this.served.values()];
	}

	stop(): void {
		for (const [channel, listener] of this.listeners) unsubscribe(channel, listener);
	}

	private begin(side: Map<object, string>, key: object, words: string): void {
		side.set(key, words);
		this.changed();
	}

	private end(side: Map<object, string>, key: object): void {
		if (side.delete(key)) this.changed();
	}
}
