import { pipeline } from 'node:stream/promises';
import { Container } from './n8nInternals.mts';
import { BinaryDataService } from 'n8n-core';
import type { Route } from './localServer.mts';

/** n8n's `/rest/binary-data/signed`: serves a file to anyone with the link, without a login. */
export const serveSignedLink: Route = async (request, response, url) => {
	const service = Container.get(BinaryDataService);
	let id: string;
	try {
		id = service.validateSignedToken(url.searchParams.get('token') ?? '');
	} catch (error) {
		response.writeHead(400).end((error as Error).message);
		return;
	}
	try {
		const { fileSize, mimeType, fileName } = await service.getMetadata(id);
		response.setHeader('Content-Length', fileSize);
		if (mimeType !== undefined) response.setHeader('Content-Type', mimeType);
		response.setHeader(
			'Content-Disposition',
			fileName ? `attachment; filename="${encodeURIComponent(fileName)}"` : 'attachment',
		);
		if (request.method === 'HEAD') response.end();
		else await pipeline(await service.getAsStream(id), response);
	} catch {
		if (response.headersSent) response.destroy();
		else response.writeHead(404).end();
	}
};
