import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CREATE_PATH, taskPath } from '../../nodes/Flux2/api/contract.ts';

export const SECOND_KEY = 'aio_second_5f1c0a9e7d3b';

/** What is odd about a create, or about the polls after it. */
export type Fault =
	| 'create reset'
	| 'create without id'
	| 'image at once'
	| 'polls refused'
	| 'task fails';

/** How often a task was polled, and the body of its create. */
interface Task {
	polls: number;
	request: Record<string, unknown>;
}

const JPEG = Buffer.concat([
	Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
	Buffer.alloc(2_000),
]);

/**
 * A service of the same routes that answers in none of the sandbox's shapes: not wrapped, keys in camel
 * case, words in lower case, results as JSON in a text, flat errors of which one comes with HTTP 200,
 * images behind a redirect, and callbacks that are lists without an id. A task is done at the second poll.
 */
export class SecondService {
	readonly creates: unknown[] = [];
	readonly #tasks = new Map<string, Task>();
	readonly #server = createServer((request, reply) => void this.#answer(request, reply));
	#requests = 0;

	static async start(fault?: Fault): Promise<SecondService> {
		const service = new SecondService(fault);
		await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
		return service;
	}

	private constructor(private readonly fault?: Fault) {}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	get requests(): number {
		return this.#requests;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
		this.#requests++;
		const { method, url = '/', headers } = request;
		if (url.startsWith('/files/')) return void this.#image(url, reply);
		if (headers.authorization !== `Bearer ${SECOND_KEY}`)
			return send(reply, 401, { code: 401, msg: 'You do not have access permissions' });
		if (method === 'POST' && url === CREATE_PATH) return await this.#create(request, reply);
		const id = decodeURIComponent(url.slice(taskPath('').length));
		const task = url.startsWith(taskPath('')) ? this.#tasks.get(id) : undefined;
		if (!task) return send(reply, 200, { code: 404, msg: 'recordInfo is null' });
		if (this.fault === 'polls refused') return send(reply, 403, { code: 403, msg: 'Not yours' });
		task.polls++;
		send(reply, 200, this.#stateOf(id, task));
		await this.#callBack(id, task);
	}

	async #create(request: IncomingMessage, reply: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
		const body = JSON.parse(Buffer.concat(chunks).toString()) as Task['request'];
		this.creates.push(body);
		if (this.fault === 'create reset') return void request.socket.resetAndDestroy();
		if (this.fault === 'create without id') return send(reply, 200, { state: 'waiting' });
		const taskId = `second-${this.creates.length}`;
		this.#tasks.set(taskId, { polls: 0, request: body });
		if (this.fault === 'image at once')
			return send(reply, 200, this.#stateOf(taskId, { polls: 2, request: body }));
		send(reply, 200, { taskId, state: 'waiting', createTime: 1_795_000_000_000 });
	}

	#stateOf(taskId: string, { polls, request }: Task): object {
		const isDone = polls > 1;
		const failed = isDone && this.fault === 'task fails';
		return {
			taskId,
			model: 'flux-2',
			state: isDone ? (failed ? 'fail' : 'success') : 'waiting',
			param: JSON.stringify(request),
			resultJson: isDone && !failed ? JSON.stringify({ resultUrls: this.#imageUrls(taskId) }) : '',
			failMsg: failed ? 'Content policy' : null,
			costTime: isDone ? 4 : null,
			creditsUsed: isDone && !failed ? 6 : null,
		};
	}

	#imageUrls = (taskId: string): string[] => [`${this.url}/files/${taskId}`];

	#image(url: string, reply: ServerResponse): void {
		if (url.endsWith('.jpg')) reply.writeHead(200, { 'content-type': 'image/jpeg' }).end(JPEG);
		else reply.writeHead(302, { location: `${url}.jpg` }).end();
	}

	/** Early and at the end, as some of the service's family do. */
	async #callBack(taskId: string, { polls, request }: Task): Promise<void> {
		const url = request.callback_url;
		if (typeof url !== 'string' || polls > 2) return;
		const body = JSON.stringify(
			polls === 1 ? [] : this.#imageUrls(taskId).map((image) => ({ image })),
		);
		await fetch(url, {
			method: 'POST',
			body,
			headers: { 'content-type': 'application/json', 'x-signature': 'unpublished' },
		}).catch(() => undefined);
	}
}

function send(reply: ServerResponse, status: number, answer: object): void {
	reply.writeHead(status, { 'content-type': 'application/json', 'x-ratelimit-limit': '20' });
	reply.end(JSON.stringify(answer));
}
