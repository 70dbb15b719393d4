import {
	createServer,
	request,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response of the service, before it is passed on to n8n. */
export interface ProxiedResponse {
	step: 'create' | 'poll';
	/** Counts the requests of this step, from 1. */
	attempt: number;
	status: number;
	headers: IncomingHttpHeaders;
	/** Parsed JSON; `''` where the response has no body. */
	body: unknown;
	/** The Authorization header of the request, for responses that repeat it. */
	authorization: string;
}

/** Changes a response; undefined leaves it unchanged. */
export type Interceptor = (response: ProxiedResponse) => Partial<ProxiedResponse> | undefined;

/** A proxy between n8n and the service, for responses that the sandbox would never send. */
export class InterceptingProxy {
	private readonly attempts = { create: 0, poll: 0 };
	private readonly server: Server = createServer((incoming, response) => {
		void this.handle(incoming).then(({ status, headers, body }) => {
			response.writeHead(status, headers);
			response.end(typeof body === 'string' ? body : JSON.stringify(body));
		});
	});

	constructor(
		private readonly targetUrl: string,
		private readonly interceptor: Interceptor,
	) {}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	private async handle(incoming: IncomingMessage): Promise<ProxiedResponse> {
		const step = incoming.method === 'POST' ? 'create' : 'poll';
		const { headers, status, text } = await this.forward(incoming);
		const proxied: ProxiedResponse = {
			step,
			attempt: ++this.attempts[step],
			status,
			headers: { 'content-type': headers['content-type'] ?? 'application/json' },
			body: text === '' ? '' : JSON.parse(text),
			authorization: incoming.headers.authorization ?? '',
		};
		return { ...proxied, ...this.interceptor(proxied) };
	}

	private async forward(
		incoming: IncomingMessage,
	): Promise<{ headers: IncomingHttpHeaders; status: number; text: string }> {
		const { method, url, headers } = incoming;
		return await new Promise((resolve, reject) => {
			const outgoing = request(`${this.targetUrl}${url}`, { method, headers, agent: false });
			outgoing.on('error', reject);
			outgoing.on('response', (response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () =>
					resolve({
						headers: response.headers,
						status: response.statusCode ?? 0,
						text: Buffer.concat(chunks).toString(),
					}),
				);
			});
			incoming.pipe(outgoing);
		});
	}
}
