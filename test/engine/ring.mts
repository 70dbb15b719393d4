import { request } from 'node:http';

/** A callback as a service may send it. */
export interface RingSketch {
	/** Sent as JSON. */
	body?: unknown;
	/** Sent as it is, in place of `body`: with `headers` for its type. */
	rawBody?: string | Buffer;
	/** Added to the query that the URL has. An empty string takes a parameter away. */
	query?: Record<string, string>;
	headers?: Record<string, string>;
	method?: string;
}

/** What the sender of a callback sees. */
export interface Answer {
	status: number;
	/** Read as JSON where it is JSON. */
	body: unknown;
	headers: Record<string, string | string[] | undefined>;
}

/** Sends a callback over real HTTP. */
export async function ring(address: string, sketch: RingSketch = {}): Promise<Answer> {
	const url = new URL(address);
	for (const [name, value] of Object.entries(sketch.query ?? {})) {
		if (value === '') url.searchParams.delete(name);
		else url.searchParams.set(name, value);
	}
	const body = sketch.rawBody ?? (sketch.body === undefined ? '' : JSON.stringify(sketch.body));
	const headers = {
		...(sketch.body !== undefined && { 'content-type': 'application/json' }),
		'content-length': String(Buffer.byteLength(body)),
		...sketch.headers,
	};
	return await new Promise((resolve, reject) => {
		const sent = request(url, { method: sketch.method ?? 'POST', headers, agent: false });
		sent.on('error', reject);
		sent.on('response', (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read(text) });
			});
		});
		sent.end(body);
	});
}

function read(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
