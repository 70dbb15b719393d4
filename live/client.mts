import axios from 'axios';
import type { IN8nHttpFullResponse } from 'n8n-workflow';
import type { Flux2Failure } from '../nodes/Flux2/api/failures.ts';
import { parseJson } from '../nodes/Flux2/api/json.ts';
import { Client } from '../nodes/Flux2/transport/client.ts';
import type { Send } from '../nodes/Flux2/transport/exchange.ts';
import { errorMessage } from '../nodes/Flux2/transport/errorMessages.ts';
import { sniff } from '../nodes/Flux2/transport/imageFile.ts';
import { RateLimiter } from '../nodes/Flux2/transport/rateLimiter.ts';
import { isLoopback } from '../nodes/Flux2/transport/reachability.ts';
import type { Recorder } from './recording.mts';

/** The node's own client; only what it sends with differs. */
export const clientOf = (baseUrl: string, send: Send, redact = (text: string) => text): Client =>
	new Client(baseUrl, send, new RateLimiter().forRun(), redact);

/**
 * Not `fetch`: that one sends again after a 421. Each request has a connection of its own: one that was
 * kept while somebody thought about the price may be dead, and a create sent into it is in doubt.
 */
const http = axios.create({ validateStatus: () => true, headers: { Connection: 'close' } });
const proxyFor = (url: string) => (isLoopback(url) ? { proxy: false as const } : {});

/** Sends once, and records the response. */
export const recordingSend =
	(apiKey: string, record: Recorder): Send =>
	async ({ url, method = 'GET', body: data, abortSignal }) => {
		const headers = { Authorization: `Bearer ${apiKey}`, Accept: 'application/json' };
		const signal = abortSignal as AbortSignal;
		const config = { method, url, data, headers, signal, maxRedirects: 0, ...proxyFor(url) };
		const response = await http.request<string>({ ...config, responseType: 'text' });
		const received = { headers: { ...response.headers }, body: response.data };
		record({ ...received, status: response.status, body: parseJson(response.data) });
		return { ...received, statusCode: response.status } as IN8nHttpFullResponse;
	};

/** Downloads an image as the node does, without the key, and records what came. */
export async function downloadImage(url: string, record: Recorder): Promise<void> {
	const config = { signal: AbortSignal.timeout(120_000), ...proxyFor(url) };
	const response = await http.get<Buffer>(url, { ...config, responseType: 'arraybuffer' });
	const { status, headers, data, request } = response;
	const servedFrom: string = request.res?.responseUrl ?? url;
	const body = { url, servedFrom, bytes: data.length, type: sniff(data.subarray(0, 64)) };
	record({ status, headers: { ...headers }, body });
}

/** By its name: under tsx, what is imported here and what the node's modules require are two copies. */
export const isFlux2Failure = (error: unknown): error is Flux2Failure =>
	error instanceof Error && error.name === 'Flux2Failure';

/** What went wrong. Never the whole error: that of an HTTP library holds the header with the key. */
export function wordsOf(error: unknown): string {
	if (!isFlux2Failure(error)) return error instanceof Error ? error.message : String(error);
	return errorMessage(error).message.replace('The base URL of the credential', 'APIINONE_BASE_URL');
}
