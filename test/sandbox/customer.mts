import { CREATE_PATH, MODEL, taskPath } from '../../nodes/Flux2/api/contract.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { startSandbox } from '../../sandbox/server.mts';
import { ManualClock } from './manualClock.mts';

/** An answer as a customer reads it. */
export interface Answer {
	status: number;
	headers: Headers;
	text: string;
	// The shapes are what the tests are about.
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	json: any;
}

/** A customer of one sandbox, whose clock only moves when the test says so. A task takes 5 seconds. */
export class Customer {
	static async at(options: SandboxOptions = {}): Promise<Customer> {
		const clock = new ManualClock();
		const sandbox = await startSandbox({ clock, seconds: () => 5, pictures: 'plain', ...options });
		return new Customer(sandbox, clock);
	}

	private constructor(
		readonly sandbox: Sandbox,
		readonly clock: ManualClock,
	) {}

	get headers(): Record<string, string> {
		return { authorization: `Bearer ${this.sandbox.apiKey}`, 'content-type': 'application/json' };
	}

	async post(body: string, headers = this.headers, signal?: AbortSignal): Promise<Answer> {
		const url = this.sandbox.url + CREATE_PATH;
		return await read(
			await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }),
		);
	}

	async create(prompt: string, more: object = {}, signal?: AbortSignal): Promise<Answer> {
		return await this.post(JSON.stringify({ model: MODEL, prompt, ...more }), this.headers, signal);
	}

	/** Creates a task and gives its id. */
	async order(prompt: string, more: object = {}): Promise<string> {
		const { json } = await this.create(prompt, more);
		return String(json.data.task_id);
	}

	async look(id: string, signal?: AbortSignal): Promise<Answer> {
		const url = this.sandbox.url + taskPath(id);
		return await read(await fetch(url, { headers: this.headers, redirect: 'manual', signal }));
	}

	/** Creates a task and looks at it when its time has passed. */
	async settled(prompt: string, more: object = {}): Promise<Answer> {
		const id = await this.order(prompt, more);
		await this.clock.advance(5_000);
		return await this.look(id);
	}

	/** Creates a task and fetches its image, without a key. */
	async image(prompt: string, more: object = {}): Promise<Response> {
		const { json } = await this.settled(prompt, more);
		return await fetch(json.data.response[0], { redirect: 'manual' });
	}
}

async function read(response: Response): Promise<Answer> {
	const text = await response.text();
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		json = undefined;
	}
	return { status: response.status, headers: response.headers, text, json };
}

/** Width and height that a PNG says it has. */
export const pngSize = (bytes: Buffer) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

export const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
