import { request } from 'node:http';

/** A callback as the service, or somebody else, may send it. */
export interface CallbackRequest {
	/** Sent as JSON. */
	body?: unknown;
	/** Sent unchanged instead of `body`; its content type goes into `headers`. */
	rawBody?: string | Buffer;
	/** Added to the query of the URL. An empty string removes a parameter. */
	query?: Record<string, string>;
	headers?: Record<string, string>;
	method?: string;
}

/** What the sender of a callback gets back. */
export interface CallbackResponse {
	status: number;
	/** Parsed where it is JSON. */
	body: unknown;
	headers: Record<string, string | string[] | undefined>;
}

/** Sends a callback over real HTTP. */
export async function sendCallback(
	target: string,
	callback: CallbackRequest = {},
): Promise<CallbackResponse> {
	const url = new URL(target);
	for (const [name, value] of Object.entries(callback.query ?? {})) {
		if (value === '') url.searchParams.delete(name);
		else url.searchParams.set(name, value);
	}
	const body =
		callback.rawBody ?? (callback.body === undefined ? '' : JSON.stringify(callback.body));
	const headers = {
		...(callback.body !== undefined && { 'content-type': 'application/json' }),
		'content-length': String(Buffer.byteLength(body)),
		...callback.headers,
	};
	return await new Promise((resolve, reject) => {
		const sent = request(url, { method: callback.method ?? 'POST', headers, agent: false });
		sent.on('error', reject);
		sent.on('response', (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parse(text) });
			});
		});
		sent.end(body);
	});
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
