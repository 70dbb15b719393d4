import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CREATE_PATH } from '../../nodes/Flux2/api/contract';

/** A request that reached the other host. */
export interface ReceivedRequest {
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
}

const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/**
 * Another host, to which the service redirects. It records every request and responds as an attacker
 * would: a client that follows the redirect gets a task and an image.
 */
export class OtherHost {
	readonly requests: ReceivedRequest[] = [];
	private readonly server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { url: path = '', headers } = request;
			this.requests.push({ path, headers, body: Buffer.concat(chunks).toString() });
			if (path.startsWith('/images/')) {
				response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
				return;
			}
			if (path === '/to-file') {
				response.writeHead(302, { location: 'file:///etc/passwd' }).end();
				return;
			}
			const task_id = path === CREATE_PATH ? 'stolen-task' : path.split('/').at(-1);
			const data = { task_id, status: 'SUCCESS', response: [`${this.url}/images/stolen.png`] };
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ code: 200, data }));
		});
	});

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
}
