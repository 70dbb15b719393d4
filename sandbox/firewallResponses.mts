import type { FastifyReply } from 'fastify';
import type { FIREWALL_FAULTS } from './faults/firewall.mts';
import type { Fault } from './faultTags.mts';

/** What Cloudflare sends instead of passing the request on to the service. */
export const FIREWALL_RESPONSES: Readonly<
	Record<keyof typeof FIREWALL_FAULTS, (response: { reply: FastifyReply; fault: Fault }) => unknown>
> = {
	'firewall <n>': ({ reply, fault }) =>
		reply.code(403).type('text/plain; charset=UTF-8').send(`error code: ${fault.number}`),
	'firewall page': ({ reply }) =>
		reply
			.code(403)
			.type('text/html; charset=UTF-8')
			.send(
				'<!DOCTYPE html><html lang="en-US"><head><title>Attention Required! | Cloudflare</title>' +
					'</head><body><h1>Sorry, you have been blocked</h1></body></html>',
			),
	'firewall json': ({ reply }) =>
		reply.code(403).type('application/json').send({
			type: 'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-1010/',
			title: 'Error 1010: Access denied',
			status: 403,
			error_code: 1010,
			cloudflare_error: true,
		}),
};
