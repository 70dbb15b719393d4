import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { TOKEN_PARAMETER } from '../nodes/Flux2/api/callback.ts';
import { parseJson } from '../nodes/Flux2/api/json.ts';
import type { Recorder } from './recording.mts';

/** Records what is sent to the path of a callback URL on this machine, and answers it with 200. */
export async function listen(port: number, callbackUrl: string, record: Recorder): Promise<Server> {
	const { pathname, searchParams: sent } = new URL(callbackUrl);
	const server = createServer(async (request, response) => {
		const { url = '', method, headers } = request;
		const called = URL.canParse(url, callbackUrl) ? new URL(url, callbackUrl) : undefined;
		// A public address gets other visitors too.
		const isOurs = called?.pathname === pathname;
		const body = isOurs ? await text(request).catch(() => undefined) : undefined;
		response.end();
		if (called === undefined || body === undefined) return;
		const tokenKept = called.searchParams.get(TOKEN_PARAMETER) === sent.get(TOKEN_PARAMETER);
		const added = [...called.searchParams].filter(([name]) => !sent.has(name));
		const callback = { method, tokenKept, addedQuery: Object.fromEntries(added) };
		record({ headers, body: parseJson(body), callback });
		server.emit('callback');
	});
	// For this machine only: making it public is the tunnel's business.
	await once(server.listen(port, '127.0.0.1'), 'listening');
	return server;
}

/** Waits for a callback at most `firstMs`, and after each one at most `quietMs` for another. */
export async function waitUntilQuiet(server: Server, firstMs: number, quietMs: number) {
	const next = (ms: number) => once(server, 'callback', { signal: AbortSignal.timeout(ms) });
	for (let ms = firstMs; await next(ms).catch(() => false); ms = quietMs);
}
