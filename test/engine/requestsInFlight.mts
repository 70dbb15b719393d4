import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

/**
 * The HTTP requests in flight in this process, as client and as server. Node's diagnostics channels
 * report every request, whichever client sends it (n8n's axios, the sandbox, a test's `fetch`), so
 * nothing needs an instrumented client.
 */
export class RequestsInFlight {
	private readonly sent = new Map<object, string>();
	private readonly served = new Map<object, string>();
	private readonly listeners: Array<[channel: string, listener: (message: unknown) => void]>;

	constructor(private readonly onChange: () => void) {
		const on = <Message,>(channel: string, listener: (message: Message) => void) =>
			[channel, listener as (message: unknown) => void] as [string, (message: unknown) => void];
		type FetchMessage = { request: { method: string; origin: string; path: string } };
		this.listeners = [
			on('http.client.request.start', ({ request }: { request: ClientRequest }) => {
				// A request always ends with "close": response read, connection reset, or aborted.
				this.add(this.sent, request, `${request.method} ${request.host}${request.path}`);
				request.once('close', () => this.remove(this.sent, request));
			}),
			on(
				'http.server.request.start',
				({ request, response }: { request: IncomingMessage; response: ServerResponse }) => {
					this.add(this.served, response, `response to ${request.method} ${request.url}`);
					response.once('close', () => this.remove(this.served, response));
				},
			),
			on('undici:request:create', ({ request }: FetchMessage) => {
				this.add(this.sent, request, `${request.method} ${request.origin}${request.path}`);
			}),
			on('undici:request:trailers', ({ request }: FetchMessage) => this.remove(this.sent, request)),
			on('undici:request:error', ({ request }: FetchMessage) => this.remove(this.sent, request)),
		];
		for (const [channel, listener] of this.listeners) subscribe(channel, listener);
	}

	/** The larger of both counts: a request to another process has only one end here. */
	get count(): number {
		return Math.max(this.sent.size, this.served.size);
	}

	/** The requests in flight, for an error message. */
	describe(): string[] {
		return [...this.sent.values(), ...this.served.values()];
	}

	stop(): void {
		for (const [channel, listener] of this.listeners) unsubscribe(channel, listener);
	}

	private add(side: Map<object, string>, key: object, description: string): void {
		side.set(key, description);
		this.onChange();
	}

	private remove(side: Map<object, string>, key: object): void {
		if (side.delete(key)) this.onChange();
	}
}
