import { CREATE_PATH, MODEL, taskPath } from '../../nodes/Flux2/api/contract.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { startSandbox } from '../../sandbox/server.mts';
import { ManualClock } from './manualClock.mts';

/** A response of the sandbox, with its body as text and as JSON. */
export interface ApiResponse {
	status: number;
	headers: Headers;
	text: string;
	// The shapes are what the tests are about.
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	json: any;
}

/** A client of one sandbox, whose clock only moves when the test says so. A task takes 5 seconds. */
export class SandboxClient {
	static async start(options: SandboxOptions = {}): Promise<SandboxClient> {
		const clock = new ManualClock();
		const sandbox = await startSandbox({ clock, seconds: () => 5, images: 'plain', ...options });
		return new SandboxClient(sandbox, clock);
	}

	private constructor(
		readonly sandbox: Sandbox,
		readonly clock: ManualClock,
	) {}

	get headers(): Record<string, string> {
		return { authorization: `Bearer ${this.sandbox.apiKey}`, 'content-type': 'application/json' };
	}

	async post(body: string, headers = this.headers, signal?: AbortSignal): Promise<ApiResponse> {
		const url = this.sandbox.url + CREATE_PATH;
		return await read(
			await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }),
		);
	}

	async create(prompt: string, fields: object = {}, signal?: AbortSignal): Promise<ApiResponse> {
		return await this.post(
			JSON.stringify({ model: MODEL, prompt, ...fields }),
			this.headers,
			signal,
		);
	}

	/** Creates a task and returns its ID. */
	async createTask(prompt: string, fields: object = {}): Promise<string> {
		const { json } = await this.create(prompt, fields);
		return String(json.data.task_id);
	}

	async poll(id: string, signal?: AbortSignal): Promise<ApiResponse> {
		const url = this.sandbox.url + taskPath(id);
		return await read(await fetch(url, { headers: this.headers, redirect: 'manual', signal }));
	}

	/** Creates a task and polls it when it is done. */
	async createAndPoll(prompt: string, fields: object = {}): Promise<ApiResponse> {
		const id = await this.createTask(prompt, fields);
		await this.clock.advance(5_000);
		return await this.poll(id);
	}

	/** Creates a task and downloads its image, without a key. */
	async download(prompt: string, fields: object = {}): Promise<Response> {
		const { json } = await this.createAndPoll(prompt, fields);
		return await fetch(json.data.response[0], { redirect: 'manual' });
	}
}

async function read(response: Response): Promise<ApiResponse> {
	const text = await response.text();
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		json = undefined;
	}
	return { status: response.status, headers: response.headers, text, json };
}

/** The width and height in the header of a PNG. */
export const pngSize = (bytes: Buffer) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

export const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
