import {
	createServer,
	request,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of the service on its way back. */
export interface Passing {
	step: 'create' | 'poll';
	/** The how-manieth of its step, from 1. */
	turn: number;
	status: number;
	headers: IncomingHttpHeaders;
	/** As JSON, where it is JSON. */
	body: unknown;
	/** The Authorization that the request bore, as an answer may echo it. */
	authorization: string;
}

/** Changes an answer, or leaves it as it is. */
export type Meddling = (passing: Passing) => Partial<Passing> | undefined;

/** Stands between n8n and the service, and changes what the service would never say by itself. */
export class Between {
	private readonly turns = { create: 0, poll: 0 };
	private readonly server: Server = createServer((incoming, response) => {
		void this.pass(incoming).then(({ status, headers, body }) => {
			response.writeHead(status, headers);
			response.end(typeof body === 'string' ? body : JSON.stringify(body));
		});
	});

	constructor(
		private readonly service: string,
		private readonly meddling: Meddling,
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

	private async pass(incoming: IncomingMessage): Promise<Passing> {
		const step = incoming.method === 'POST' ? 'create' : 'poll';
		const { headers, status, text } = await this.forward(incoming);
		const passing: Passing = {
			step,
			turn: ++this.turns[step],
			status,
			headers: { 'content-type': headers['content-type'] ?? 'application/json' },
			body: text === '' ? '' : JSON.parse(text),
			authorization: incoming.headers.authorization ?? '',
		};
		return { ...passing, ...this.meddling(passing) };
	}

	private async forward(
		incoming: IncomingMessage,
	): Promise<{ headers: IncomingHttpHeaders; status: number; text: string }> {
		const { method, url, headers } = incoming;
		return await new Promise((resolve, reject) => {
			const onward = request(`${this.service}${url}`, { method, headers, agent: false });
			onward.on('error', reject);
			onward.on('response', (answer) => {
				const chunks: Buffer[] = [];
				answer.on('data', (chunk: Buffer) => chunks.push(chunk));
				answer.on('error', reject);
				answer.on('end', () =>
					resolve({
						headers: answer.headers,
						status: answer.statusCode ?? 0,
						text: Buffer.concat(chunks).toString(),
					}),
				);
			});
			incoming.pipe(onward);
		});
	}
}
