import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Handles the requests below one path. */
export type Route = (
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
) => Promise<void> | void;

/** The HTTP server of the test engine: a real port on 127.0.0.1. */
export class LocalServer {
	private readonly routes: Array<[prefix: string, route: Route]> = [];
	private readonly server: Server = createServer((request, response) => {
		void this.handle(request, response);
	});

	/** Without a slash at the end. */
	get origin(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	route(prefix: string, route: Route): void {
		this.routes.push([prefix, route]);
	}

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', this.origin);
		const [, route] = this.routes.find(([prefix]) => url.pathname.startsWith(prefix)) ?? [];
		try {
			if (route === undefined) response.writeHead(404).end('Cannot find this on n8n');
			else await route(request, response, url);
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	}
}
